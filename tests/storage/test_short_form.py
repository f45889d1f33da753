"""An Interaction's short form: what Lua folds, Lua and Python unfold to the same; broken entries are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storage import library
from storage.short_form import FIELDS, LEG, MORE, MORE_OF_LEG, WORDS, unfold, unfold_event
from storage.store import connect

SOURCE = """
local short_form = use('storage.short_form')
return function(_, args)
  local text = short_form.encode(args.doc)
  return cjson.encode({ text, short_form.with_sid(text, args.doc.sid), short_form.decode(text, args.doc.sid) })
end
"""
SID, SESSION = "KI" + "1" * 32, "KC" + "2" * 32
BARE = {"sid": SID, "type": "voice", "created": 1_700_000_000_000, "updated": 1_700_000_000_000, "session": SESSION}
PEOPLE = {
    "inbound": {"participant": "KP1", "resource": "SM1", "status": "delivered"},
    "outbound": {"participant": "KP2", "state": "queued", "status": "queued"},
}
FULL = {
    **{name: f"{name}, in words" for name in FIELDS + MORE}, **BARE, "updated": 1_700_000_012_345, "sealed": "A" * 60,
    "inbound": {name: f"{name} of the leg" for name in LEG + MORE_OF_LEG},
    "outbound": {**{name: f"{name} of the other" for name in LEG + MORE_OF_LEG}, "code": 30_005},
    "segments_each": [1, 2], "flags": ["phone"], "told": {"callback": "ff"}, "placed": True,
}  # fmt: skip
DOCS = {
    "a new text": {**BARE, **PEOPLE, "type": "message", "sealed": "A" * 60, "segments": 1, "encoding": "GSM-7"},
    "a new call": {**BARE, **PEOPLE},
    "without a leg": BARE,
    "every field": FULL,
    **{f"the word {one}": {**BARE, "encoding": one, "outbound": {"state": one}} for one in WORDS.values()},
    "words that are not listed": {**BARE, "encoding": "other", "outbound": {"state": "partially_delivered"}},
}


def folded(valkey_url: str, doc: dict[str, Any]) -> list[Any]:
    """The short form, the same as an event has it, and what Lua reads from it."""
    answer = connect(valkey_url).eval(library.script_of(SOURCE), 1, "{KS1}:service", json.dumps({"doc": doc}))
    found: list[Any] = json.loads(str(answer, "utf-8"))
    return found


@pytest.mark.parametrize("name", DOCS)
def test_both_languages_read_what_was_written(valkey_url: str, name: str) -> None:
    doc = DOCS[name]
    stored, told, read = folded(valkey_url, doc)
    assert read == doc
    assert {"sid": SID, **unfold(json.loads(stored))} == doc
    event = unfold_event({b"e": f"7 1 abc 1700 interaction.created \n{told}".encode()})
    assert json.loads(event.pop(b"d")) == doc
    assert event == {
        b"n": b"7", b"e": b"1", b"r": b"abc", b"at": b"1700", b"t": b"interaction.created", b"s": SESSION.encode(),
    }  # fmt: skip


def test_a_new_text_is_short(valkey_url: str) -> None:
    doc = DOCS["a new text"]
    assert len(folded(valkey_url, doc)[0]) < len(json.dumps(doc)) / 2


def test_another_detail_stays_as_it_is() -> None:
    event = unfold_event({b"e": b'7 1 abc 1700 session.closed KC1\n{"reason":"ttl"}\n'})
    assert (event[b"s"], event[b"d"]) == (b"KC1", b'{"reason":"ttl"}\n')


@pytest.mark.parametrize(
    "entry",
    [
        {b"d": b"{}"}, {b"e": b""}, {b"e": b"7 1 abc 1700 t\n{}"}, {b"e": b'7 1 abc 1700 t s\n["KI'},
        {b"e": b'7 1 abc 1700 t s\n["KI",1]'}, {b"e": b'7 1 abc 1700 t s\n["KI",99,1,0]'},
        {b"e": b'7 1 abc 1700 t s\n["KI",1,1,"x"]'}, {b"e": b'7 1 abc 1700 t s\n["KI",1,1,0,"KC","",0,0,7]'},
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(entry: dict[bytes, bytes]) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        unfold_event(entry)
