"""/sim/faults: simple faults for the whole carrier, and rules for one webhook or REST resource."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint

from simulator import catalogue
from simulator.control import carrier, fields, not_readable
from simulator.errors import refusal
from simulator.faults import read
from simulator.model import Faults

faults = Blueprint("faults", __name__)
faults.register_error_handler(ValueError, not_readable)
MINIMUMS = {"webhook_copies": 1, "delay_ms": 0, "lose_answers": 0}


@faults.get("/faults")
def show() -> dict[str, Any]:
    with carrier().state.lock:
        return asdict(carrier().state.faults)


@faults.delete("/faults")
def clear_faults() -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.faults = Faults()
    return "", 204


@faults.post("/faults")
def set_faults() -> dict[str, Any]:
    """refuse {to, code, late}, webhook_copies, delay_ms, drop_status_callbacks, lose_answers, rules.

    refuse: code null removes it; late: the status callback reports the error, REST accepts the message.
    rules: one or a list of {on, do, count, ms, code, method}, added to the existing ones; [] removes all.
    """
    changed = fields()
    if unknown := set(changed) - {*MINIMUMS, "refuse", "drop_status_callbacks", "rules"}:
        raise refusal(20001, f"unknown fault {', '.join(sorted(unknown))}")
    rules = [read(entry) for entry in _rules(changed.get("rules"))]
    with carrier().state.lock:
        current = carrier().state.faults
        for name in MINIMUMS.keys() & changed.keys():
            setattr(current, name, max(int(changed[name]), MINIMUMS[name]))
        current.drop_status_callbacks = bool(changed.get("drop_status_callbacks", current.drop_status_callbacks))
        for entry in _entries(changed.get("refuse")):
            _refuse(current, entry)
        current.rules = [] if changed.get("rules") == [] else [*current.rules, *rules]
        return asdict(current)


def _refuse(current: Faults, entry: dict[str, Any]) -> None:
    phone = catalogue.to_e164(str(entry["to"]))
    for table in (current.refuse, current.refuse_late):
        table.pop(phone, None)
    if entry.get("code") is not None:
        (current.refuse_late if entry.get("late") else current.refuse)[phone] = int(entry["code"])


def _entries(value: Any) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else [value] if value else []
    if not all(isinstance(entry, dict) and "to" in entry for entry in entries):
        raise refusal(20001, 'refuse must be {"to": phone, "code": number}')
    return entries


def _rules(value: Any) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else [value] if value else []
    if not all(isinstance(entry, dict) for entry in entries):
        raise refusal(20001, 'rules must be {"on": webhook or REST resource, "do": fault}')
    return entries
