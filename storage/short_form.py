"""The short form of an Interaction: how the store keeps it, and how its events carry it.

A list has each field at its place in FIELDS, or in LEG for the two legs, and false for a field that is missing; a
word of WORDS is its place there. Lua folds and unfolds it (storage/lua/modules/short_form.lua), Python only unfolds it.
A new field or word must be added at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FIELDS = (
    "type", "created", "updated", "session", "sealed", "segments", "encoding", "inbound", "outbound", "segments_each",
    "flags", "unchecked", "blocked_by", "code", "missed", "duration", "placed", "connected", "told", "files", "media",
    "excused", "redact",
)  # fmt: skip
LEG = (
    "participant", "resource", "state", "status", "code", "found", "redaction", "redaction_code", "by", "asked",
    "taken", "parts",
)  # fmt: skip
LEGS = ("inbound", "outbound")
#: Fields whose value is a word of WORDS, or any other text.
WORDED = ("type", "encoding", "state", "status")
WORDS = (
    "message", "voice", "GSM-7", "UCS-2", "queued", "initiated", "in-progress", "received", "accepted", "sending",
    "sent", "delivered", "undelivered", "failed", "completed", "canceled",
)  # fmt: skip
_EVENT = b'["KI'


def unfold(row: Sequence[Any], names: Sequence[str] = FIELDS) -> dict[str, Any]:
    """Raises TypeError or IndexError if it is no short form."""
    present = [(name, value) for name, value in zip(names, row, strict=False) if value is not False]
    doc = {name: _unfolded(name, value) for name, value in present}
    if "created" in doc:
        doc["updated"] += doc["created"]
    return doc


def _unfolded(name: str, value: Any) -> Any:
    if name in LEGS:
        return unfold(value, LEG)
    return WORDS[value - 1] if name in WORDED and isinstance(value, int) else value


def unfold_event(fields: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The parts of an entry of the stream of events, see storage/lua/modules/events.lua.

    n, e (epoch), r (random), at (ms), t (type), s (Session SID or empty), d (detail as JSON). Raises ValueError,
    KeyError, TypeError or IndexError.
    """
    head, _, detail = fields[b"e"].partition(b"\n")
    parts = dict(zip((b"n", b"e", b"r", b"at", b"t", b"s"), head.split(b" "), strict=True))
    if detail.startswith(_EVENT):
        sid, *row = json.loads(detail)
        doc = {"sid": sid, **unfold(row)}
        parts[b"s"], detail = str(doc["session"]).encode(), json.dumps(doc, separators=(",", ":")).encode()
    return {**parts, b"d": detail}


def lua_module() -> str:
    """The tables above, for Lua."""
    tables = {
        "FIELDS": _list(FIELDS), "LEG": _list(LEG), "WORDS": _list(WORDS), "PLACES": _places(FIELDS),
        "PLACES_OF_LEG": _places(LEG), "PLACES_OF_WORDS": _places(WORDS), "LEGS": _set(LEGS), "WORDED": _set(WORDED),
    }  # fmt: skip
    lines = [f"fields.{name} = {text}" for name, text in tables.items()]
    return "\n".join(["local fields = {}", *lines, "return fields"])


def _list(names: Sequence[str]) -> str:
    return _table(f"'{name}'" for name in names)


def _places(names: Sequence[str]) -> str:
    return _table(f"['{name}'] = {place}" for place, name in enumerate(names, 1))


def _set(names: Sequence[str]) -> str:
    return _table(f"['{name}'] = true" for name in names)


def _table(entries: Iterable[str]) -> str:
    return "\n".join(["{", *(f"  {entry}," for entry in entries), "}"])
