# What libical reads from the calendar on standard input, one event a line; what it
# finds amiss goes to standard error. It is called directly, without a binding.
import ctypes
import datetime
import json
import sys

lib = ctypes.CDLL("libical.so.3")


class Time(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")]
    _fields_.append(("zone", ctypes.c_void_p))


def function(name, result, *arguments):
    f = getattr(lib, name)
    f.restype, f.argtypes = result, arguments
    return f


pointer, chars, integer = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
parse = function("icalparser_parse_string", pointer, chars)
first = function("icalcomponent_get_first_component", pointer, pointer, integer)
following = function("icalcomponent_get_next_component", pointer, pointer, integer)
first_property = function("icalcomponent_get_first_property", pointer, pointer, integer)
next_property = function("icalcomponent_get_next_property", pointer, pointer, integer)
kind_of = function("icalproperty_string_to_kind", integer, chars)
component_kind = function("icalcomponent_string_to_kind", integer, chars)
value_of = function("icalproperty_get_value", pointer, pointer)
text_of = function("icalvalue_get_text", chars, pointer)
string_of = function("icalproperty_get_value_as_string", chars, pointer)
count_errors = function("icalcomponent_count_errors", integer, pointer)
check = function("icalrestriction_check", integer, pointer)
start_of = function("icalcomponent_get_dtstart", Time, pointer)
end_of = function("icalcomponent_get_dtend", Time, pointer)
in_zone = function("icaltime_convert_to_zone", Time, Time, pointer)
utc = function("icaltimezone_get_utc_timezone", pointer)()

VEVENT = component_kind(b"VEVENT")
KINDS = {name: kind_of(name.encode()) for name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "SEQUENCE", "URL", "CATEGORIES", "XLICERROR", "X-LIC-ERROR")}


def properties(component, name):
    p = first_property(component, KINDS[name])
    while p:
        yield p
        p = next_property(component, KINDS[name])


def text(component, name):
    for p in properties(component, name):
        return (text_of(value_of(p)) or b"").decode("utf-8")
    return ""


def string(component, name):
    for p in properties(component, name):
        return (string_of(p) or b"").decode("utf-8")
    return ""


def moment(t):
    if t.year == 0:
        return None
    if t.is_date:
        return "%04d-%02d-%02d" % (t.year, t.month, t.day)
    t = in_zone(t, utc)
    return datetime.datetime(t.year, t.month, t.day, t.hour, t.minute, t.second).strftime("%Y-%m-%dT%H:%M:%SZ")


calendar = parse(sys.stdin.buffer.read())
if not calendar:
    sys.exit("libical reads no calendar")
if count_errors(calendar):
    print("parsed with", count_errors(calendar), "errors", file=sys.stderr)
check(calendar)
event = first(calendar, VEVENT)
while event:
    for p in properties(event, "X-LIC-ERROR"):
        said = string_of(p).decode("utf-8", "replace")
        if "ORGANIZER" not in said:
            print(text(event, "UID"), said, file=sys.stderr)
    print(json.dumps({
        "uid": text(event, "UID"), "start": moment(start_of(event)), "end": moment(end_of(event)),
        "title": text(event, "SUMMARY"), "description": text(event, "DESCRIPTION"), "location": text(event, "LOCATION"),
        "status": string(event, "STATUS"), "sequence": int(string(event, "SEQUENCE") or 0), "url": string(event, "URL"),
        "categories": [(text_of(value_of(p)) or b"").decode("utf-8") for p in properties(event, "CATEGORIES")],
    }, ensure_ascii=False))
    event = following(calendar, VEVENT)
