"""The control page's part that breaks things: the switches of old, and rules by webhook or REST resource."""

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
WHOLE = {"webhook_copies": 1, "delay_ms": 0, "lose_answers": 0}


@faults.get("/faults")
def show() -> dict[str, Any]:
    with carrier().state.lock:
        return asdict(carrier().state.faults)


@faults.delete("/faults")
def mend() -> tuple[str, int]:
    with carrier().state.lock:
        carrier().state.faults = Faults()
    return "", 204


@faults.post("/faults")
def set_faults() -> dict[str, Any]:
    """refuse {to, code, late} (code null: no longer; late: told by callback, not refused), webhook_copies,
    delay_ms, drop_status_callbacks, lose_answers.

    rules: one or a list of {on, do, count, ms, code, method}, each added to those there are; [] takes all away.
    """
    changed = fields()
    if unknown := set(changed) - {*WHOLE, "refuse", "drop_status_callbacks", "rules"}:
        raise refusal(20001, f"unknown fault {', '.join(sorted(unknown))}")
    rules = [read(entry) for entry in _rules(changed.get("rules"))]
    with carrier().state.lock:
        kept = carrier().state.faults
        for name in WHOLE.keys() & changed.keys():
            setattr(kept, name, max(int(changed[name]), WHOLE[name]))
        kept.drop_status_callbacks = bool(changed.get("drop_status_callbacks", kept.drop_status_callbacks))
        for entry in _entries(changed.get("refuse")):
            _refuse(kept, entry)
        kept.rules = [] if changed.get("rules") == [] else [*kept.rules, *rules]
        return asdict(kept)


def _refuse(kept: Faults, entry: dict[str, Any]) -> None:
    phone = catalogue.normal(str(entry["to"]))
    for table in (kept.refuse, kept.refuse_late):
        table.pop(phone, None)
    if entry.get("code") is not None:
        (kept.refuse_late if entry.get("late") else kept.refuse)[phone] = int(entry["code"])


def _entries(given: Any) -> list[dict[str, Any]]:
    entries = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(entry, dict) and "to" in entry for entry in entries):
        raise refusal(20001, 'refuse must be {"to": phone, "code": number}')
    return entries


def _rules(given: Any) -> list[dict[str, Any]]:
    entries = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(entry, dict) for entry in entries):
        raise refusal(20001, 'rules must be {"on": webhook or REST resource, "do": fault}')
    return entries
