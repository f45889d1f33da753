"""The short form of a new Session: how the store answers with it, and how its event `session.opened` carries it.

A list has each field at its place in FIELDS, and false for one that is not set; `people` has a list for each
Participant, see PERSON. Lua writes it (sessions/lua/modules/opening_form.lua); Python unfolds it. A new field must be
added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FIELDS = ("sid", "created", "mode", "status", "ttl", "people", "expiry", "unique_name", "name_hash")
PERSON = ("sid", "who", "sealed", "number", "pn", "name", "lang", "zone", "given")


def unfold(row: Sequence[Any]) -> dict[str, Any]:
    """The document, as other functions give a Session. Raises TypeError or KeyError if it is no short form."""
    doc = _named(FIELDS, row)
    created = doc["created"]
    people = [
        {**_named(PERSON, person), "created": created, "place": place}
        for place, person in enumerate(doc["people"] or (), 1)
    ]
    return {**doc, "people": people, "joined": len(people), "updated": created, "reason": ""}


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, row, strict=False) if value is not False}
