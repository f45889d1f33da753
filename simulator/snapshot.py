"""Saves accounts, keys, numbers, opt-outs, plans and calls to a JSON file for the next start. Messages are not kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from simulator.model import Account, Key, Number, now
from simulator.state import State
from simulator.voice.model import Call, Plan

T = TypeVar("T")
MAX_CALLS = 1000
TIMES = ("created", "updated", "started", "ended")


def attach(state: State, path: Path) -> None:
    """Load the file if it exists, and write it at each change from now on."""
    if path.exists():
        _load(state, json.loads(path.read_text()))
    state.persist = lambda: _write(path, _dump(state))


def _dump(state: State) -> dict[str, Any]:
    with state.lock:
        return {
            "seq": next(state.seq),
            "accounts": [asdict(a) for a in state.accounts.values()],
            "keys": [asdict(k) for k in state.keys.values()],
            "numbers": [asdict(n) for n in state.numbers.values()],
            "stopped": sorted(state.stopped),
            "plans": {phone: asdict(plan) for phone, plan in state.plans.items()},
            "calls": [asdict(c) for c in list(state.calls.values())[-MAX_CALLS:]],
        }


def _load(state: State, data: dict[str, Any]) -> None:
    state.accounts = {a.sid: a for a in _rows(Account, data["accounts"])}
    state.keys = {k.sid: k for k in _rows(Key, data["keys"])}
    for number in _rows(Number, data["numbers"]):
        state.add_number(number)
    state.stopped = {(number, phone) for number, phone in data["stopped"]}
    # Files of earlier versions have no plans and calls.
    state.plans = {phone: Plan(**plan) for phone, plan in data.get("plans", {}).items()}
    state.calls = {call.sid: _hung_up(call) for call in _rows(Call, data.get("calls", []))}
    state.seq = count(data["seq"])


def _hung_up(call: Call) -> Call:
    """Calls end when the carrier stops."""
    if not call.is_final:
        call.status, call.ended = "completed" if call.started else "failed", now()
        call.duration = round((call.ended - call.started).total_seconds()) if call.started else None
    return call


def _rows(kind: type[T], rows: list[dict[str, Any]]) -> Iterable[T]:
    return (kind(**{k: datetime.fromisoformat(v) if k in TIMES and v else v for k, v in row.items()}) for row in rows)


def _write(path: Path, data: dict[str, Any]) -> None:
    """Replace the file atomically: after a kill, either the old file or the new one is there, complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(data, file, default=datetime.isoformat)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
