# What python3-icalendar reads from the calendar on standard input, one event a line.
import datetime
import json
import sys

import icalendar


def moment(prop):
    if prop is None:
        return None
    value = prop.dt
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.strftime("%Y-%m-%d")


def text(event, name):
    return str(event.get(name, ""))


calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for event in calendar.walk("VEVENT"):
    for name, problem in event.errors:
        print(name, problem, file=sys.stderr)
    categories = event.get("CATEGORIES")
    print(json.dumps({
        "uid": text(event, "UID"), "start": moment(event.get("DTSTART")), "end": moment(event.get("DTEND")),
        "title": text(event, "SUMMARY"), "description": text(event, "DESCRIPTION"), "location": text(event, "LOCATION"),
        "status": text(event, "STATUS"), "sequence": int(event.get("SEQUENCE", 0)), "url": text(event, "URL"),
        "categories": [str(c) for c in categories.cats] if categories else [],
    }, ensure_ascii=False))
