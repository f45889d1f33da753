"""The short form of an Interaction: how the store keeps it, and how its events carry it.

A list has each field at its place in FIELDS, or in LEG for the two legs, and false for a field that is missing; the
fields that most Interactions do not have follow by their names (MORE, MORE_OF_LEG), if there is one. `updated` is
counted from `created`. A word of WORDS is one letter. Lua folds and unfolds it (storage/lua/modules/short_form.lua),
Python only unfolds it. A new field is added to MORE or MORE_OF_LEG.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from storage import opening_form

FIELDS = ("type", "created", "updated", "session", "sealed", "segments", "encoding", "inbound", "outbound")
MORE = (
    "segments_each", "flags", "unchecked", "blocked_by", "code", "missed", "duration", "placed", "connected", "told",
    "files", "media", "excused", "redact",
)  # fmt: skip
LEG = ("participant", "resource", "state", "status")
MORE_OF_LEG = ("code", "found", "redaction", "redaction_code", "by", "asked", "taken", "parts")
LEGS = ("inbound", "outbound")
#: Fields whose value is a letter of WORDS, or any longer text.
WORDED = ("type", "encoding", "state", "status")
WORDS = {
    "m": "message", "v": "voice", "7": "GSM-7", "8": "UCS-2", "q": "queued", "i": "initiated", "p": "in-progress",
    "r": "received", "a": "accepted", "s": "sent", "d": "delivered", "u": "undelivered", "f": "failed",
    "c": "completed",
}  # fmt: skip
_INTERACTION, _SESSION = b'["KI', b'["KC'


def unfold(row: Sequence[Any], names: Sequence[str] = FIELDS) -> dict[str, Any]:
    """Raises TypeError, ValueError or LookupError if it is no short form."""
    doc = {name: _unfolded(name, value) for name, value in zip(names, row, strict=False) if value is not False}
    if names is FIELDS:
        doc["updated"] = doc["created"] + doc.get("updated", 0)
    return {**doc, **(row[len(names)] if len(row) > len(names) else {})}


def _unfolded(name: str, value: Any) -> Any:
    if name in LEGS:
        return unfold(value, LEG)
    return WORDS.get(value, value) if name in WORDED else value


def unfold_event(fields: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The parts of an entry of the stream of events, see storage/lua/modules/events.lua.

    n, e (epoch), r (random), at (ms), t (type), s (Session SID or empty), d (detail as JSON). Raises ValueError,
    KeyError, TypeError or IndexError.
    """
    head, _, detail = fields[b"e"].partition(b"\n")
    parts = dict(zip((b"n", b"e", b"r", b"at", b"t", b"s"), head.split(b" "), strict=True))
    if detail.startswith(_INTERACTION):
        sid, *row = json.loads(detail)
        doc = {"sid": sid, **unfold(row)}
        parts[b"s"], detail = str(doc["session"]).encode(), json.dumps(doc, separators=(",", ":")).encode()
    elif detail.startswith(_SESSION):
        doc = opening_form.unfold(json.loads(detail))
        parts[b"s"], detail = doc["sid"].encode(), json.dumps(doc, separators=(",", ":")).encode()
    return {**parts, b"d": detail}


def lua_module() -> str:
    """The tables above, for Lua."""
    tables = {
        "MORE": _list(MORE), "MORE_OF_LEG": _list(MORE_OF_LEG), "WORDS": _table(WORDS),
        "LETTERS": _table({word: letter for letter, word in WORDS.items()}),
    }  # fmt: skip
    lines = [f"fields.{name} = {text}" for name, text in tables.items()]
    return "\n".join(["local fields = {}", *lines, "return fields"])


def _list(names: Iterable[str]) -> str:
    return "\n".join(["{", *(f"  '{name}'," for name in names), "}"])


def _table(texts: Mapping[str, str]) -> str:
    return "\n".join(["{", *(f"  ['{name}'] = '{text}'," for name, text in texts.items()), "}"])
