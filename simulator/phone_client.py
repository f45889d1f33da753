"""The command line's calls and faults: act as the people at the phones, and set faults."""

from __future__ import annotations

from argparse import Namespace
from typing import Any
from urllib.parse import quote

from simulator.client import ask

HEARD = {
    "ring": "rang, from {}",
    "say": "was details: {}",
    "play": "was played {}",
    "voice": "heard: {}",
    "keys": "heard the keys {}",
    "bridged": "was connected, with {}",
    "hung-up": "the call ended: {}",
}


def call(given: Namespace) -> int:
    more = {"talk": given.talk, "caller_name": given.name, "forwarded_from": given.forwarded}
    answer = ask("POST", "/sim/call?wait=1", {"from": given.FROM, "to": given.TO, **more})
    print(f"{answer['sid']} {answer['status']}")
    for leg in ask("GET", "/sim/calls")["calls"]:
        if leg["parent_sid"] == answer["sid"]:
            print(f"{answer['sid']} relayed to {leg['to']} as {leg['from']}: {leg['status']}")
    _print_heard(ask("GET", f"/sim/phones/{quote(given.FROM)}")["heard"], answer["sid"])
    return 1 if answer["status"] == "failed" else 0


def act(phone: str, name: str, **more: str) -> int:
    """`name`: answer, hangup, keys or say."""
    answer = ask("POST", f"/sim/phones/{quote(phone)}/{name}?wait=1", more)
    print(f"{answer['phone']} is {answer['state']}, call {answer['call_sid']}")
    return 0


def plan(given: Namespace) -> int:
    more = {"delay": given.delay, "talk": given.talk, "keys": given.keys, "name": given.name}
    answer = ask("POST", f"/sim/phones/{quote(given.PHONE)}/plan", {"plan": given.PLAN, **more})
    details = ", ".join(f"{name} {value}" for name, value in answer["plan"].items() if value and name != "plan")
    print(f"{answer['phone']}: {answer['plan']['plan']}{f' ({details})' if details else ''}")
    return 0


def heard(phone: str) -> int:
    found = ask("GET", f"/sim/phones/{quote(phone)}")["heard"]
    _print_heard(found)
    if not found:
        print("nothing heard yet")
    return 0


def calls() -> int:
    found = ask("GET", "/sim/calls")["calls"]
    for one in found:
        lasted = "" if one["duration"] is None else f"{one['duration']} s"
        route = f"{one['from']} -> {one['to']}"
        print(f"{one['at']}  {one['sid']}  {one['direction']:<13}  {route:<30}  {one['status']:<11}  {lasted}".rstrip())
    if not found:
        print("no calls yet")
    return 0


def clock(speed: float | None, advance: float | None) -> int:
    given = {name: value for name, value in (("speed", speed), ("advance", advance)) if value is not None}
    answer = ask("POST", "/sim/clock", given)
    print(f"{answer['speed']:g} telephone seconds a second, {answer['now']:.0f} so far")
    return 0


def fault(given: Namespace) -> int:
    more = {"count": given.count, "ms": given.ms, "code": given.code, "method": given.method}
    return _print_faults(ask("POST", "/sim/faults", {"rules": [{"on": given.ON, "do": given.DO, **more}]}))


def faults(clear: bool) -> int:
    if clear:
        ask("DELETE", "/sim/faults")
    return _print_faults(ask("GET", "/sim/faults"))


def _print_faults(found: dict[str, Any]) -> int:
    for rule in found["rules"]:
        details = [f"{name} {rule[name]}" for name in ("method", "ms", "code") if rule[name]]
        often = "always" if rule["count"] is None else f"{rule['count']} times"
        print(f"{rule['on']} {rule['do']} {often} {' '.join(details)}".rstrip())
    for phone, code in found["refuse"].items():
        print(f"{phone} is refused with {code}")
    if not found["rules"] and not found["refuse"]:
        print("nothing is broken")
    return 0


def _print_heard(found: list[dict[str, Any]], sid: str = "") -> None:
    for sound in found:
        if sid in ("", sound["call_sid"]):
            language = f"  [{sound['language']}]" if sound.get("language") else ""
            print(f"{sound['at']}  {HEARD[sound['kind']].format(sound['text'])}{language}")
