// What ical.js reads from the calendar on standard input, one event a line. The
// first argument is the folder of its package.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const at = createRequire(process.argv[2] + "/").resolve("ical.js");
const ICAL = (await import(pathToFileURL(at).href)).default;

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}
const moment = (t) => {
  if (!t) return null;
  if (t.isDate) return t.toString();
  return t.toJSDate().toISOString().replace(".000Z", "Z");
};
const out = [];
for (const event of calendar.getAllSubcomponents("vevent")) {
  const value = (name) => event.getFirstPropertyValue(name);
  const categories = event.getAllProperties("categories").flatMap((p) => p.getValues());
  out.push(JSON.stringify({
    uid: value("uid") ?? "", start: moment(value("dtstart")), end: moment(value("dtend")),
    title: value("summary") ?? "", description: value("description") ?? "", location: value("location") ?? "",
    status: value("status") ?? "", sequence: value("sequence") ?? 0, url: value("url") ?? "", categories,
  }));
}
process.stdout.write(out.join("\n") + "\n");
