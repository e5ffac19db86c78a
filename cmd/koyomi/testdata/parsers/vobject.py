# What python3-vobject reads from the calendar on standard input, one event a line.
import datetime
import json
import sys

import vobject


def value(event, name, otherwise=""):
    found = event.contents.get(name)
    return found[0].value if found else otherwise


def moment(when):
    if when is None:
        return None
    if isinstance(when, datetime.datetime):
        return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when.strftime("%Y-%m-%d")


calendar = vobject.readOne(sys.stdin.buffer.read().decode("utf-8"))
for event in calendar.contents.get("vevent", []):
    print(json.dumps({
        "uid": value(event, "uid"), "start": moment(value(event, "dtstart", None)), "end": moment(value(event, "dtend", None)),
        "title": value(event, "summary"), "description": value(event, "description"), "location": value(event, "location"),
        "status": value(event, "status"), "sequence": int(value(event, "sequence", 0)), "url": value(event, "url"),
        "categories": list(value(event, "categories", [])),
    }, ensure_ascii=False))
