"""Accounts, keys, numbers and opt-outs in a JSON file, so that they survive a restart. Traffic does not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from simulator.model import Account, Key, Number
from simulator.state import State

T = TypeVar("T")


def attach(state: State, path: Path) -> None:
    """Read the file if there is one, and write it again at each change from now on."""
    if path.exists():
        _load(state, json.loads(path.read_text()))
    state.saved = lambda: _write(path, _dump(state))


def _dump(state: State) -> dict[str, Any]:
    with state.lock:
        return {
            "seq": next(state.seq),
            "accounts": [asdict(a) for a in state.accounts.values()],
            "keys": [asdict(k) for k in state.keys.values()],
            "numbers": [asdict(n) for n in state.numbers.values()],
            "stopped": sorted(state.stopped),
        }


def _load(state: State, data: dict[str, Any]) -> None:
    state.accounts = {a.sid: a for a in _rows(Account, data["accounts"])}
    state.keys = {k.sid: k for k in _rows(Key, data["keys"])}
    for number in _rows(Number, data["numbers"]):
        state.own(number)
    state.stopped = {(number, phone) for number, phone in data["stopped"]}
    state.seq = count(data["seq"])


def _rows(kind: type[T], rows: list[dict[str, Any]]) -> Iterable[T]:
    times = ("created", "updated")
    return (kind(**{k: datetime.fromisoformat(v) if k in times else v for k, v in row.items()}) for row in rows)


def _write(path: Path, data: dict[str, Any]) -> None:
    """A kill at any moment leaves the former file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(data, file, default=datetime.isoformat)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
