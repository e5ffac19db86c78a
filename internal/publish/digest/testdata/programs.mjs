// node programs.mjs NODE: reads a mail's HTML and writes as JSON which of its features mail
// programs lack, by feature, as caniemail.com knows them; "unknown" are the programs of which
// it lacks the answer to one.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const home = process.argv[2] + "/node_modules/caniemail/";
const { caniemail } = await import(pathToFileURL(home + "dist/index.js"));
const data = JSON.parse(readFileSync(home + "data/caniemail.json"));
const programs = new Set(data.data.flatMap((f) => Object.entries(f.stats).flatMap(([family, on]) => Object.keys(on).map((p) => family + "." + p))));
const html = readFileSync(0, "utf8");
const lacks = {}, unknown = [];
for (const program of programs) {
  try {
    const { issues } = caniemail({ clients: [program], html });
    for (const list of issues.errors.values()) for (const i of list) (lacks[i.title] ??= []).push(program);
  } catch (e) {
    unknown.push(program);
  }
}
for (const list of Object.values(lacks)) list.splice(0, list.length, ...new Set(list));
console.log(JSON.stringify({ programs: programs.size, lacks, unknown }));
