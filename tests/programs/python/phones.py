"""Calls between people, and what each of them hears."""

from __future__ import annotations

import json
from typing import Any

from . import kit


def call(sender: str, to: str) -> str:
    """Starts a call, and returns its SID when the call waits for a person."""
    return str(_do("call", **{"from": sender, "to": to})["sid"])


def plan(phone: str, what: str) -> None:
    """What the phone does from its next call on: answer, busy, no-answer, fail; manual: it keeps ringing.

    A person who answers presses 1, because a new Service connects nobody before that (docs/calls.md, "Mailboxes").
    """
    _do(f"phones/{phone}/plan", plan=what, keys="1")


def hang_up(phone: str) -> None:
    _do(f"phones/{phone}/hangup")


def press(phone: str, keys: str) -> None:
    _do(f"phones/{phone}/keys", keys=keys)


def say(phone: str, text: str) -> None:
    _do(f"phones/{phone}/say", text=text)


def pass_time(seconds: int) -> None:
    """Moves the simulator's clock forward."""
    _do("clock", advance=seconds)
    kit.request("GET", f"{kit.CARRIER}/sim/settle")


def state(phone: str) -> str:
    return str(kit.request("GET", f"{kit.CARRIER}/sim/phones/{phone}")["state"])


def heard(phone: str, kind: str) -> list[str]:
    """What a phone got: for `ring` and `bridged` the caller ids shown, for `say` the words."""
    sounds = kit.request("GET", f"{kit.CARRIER}/sim/phones/{phone}")["heard"]
    return [str(sound["text"]) for sound in sounds if sound["kind"] == kind]


def _do(path: str, **fields: Any) -> Any:
    return kit.request("POST", f"{kit.CARRIER}/sim/{path}?wait=1", json.dumps(fields))
