"""A Session is stored without the names of its fields and without what it has not, and read as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sessions.model import MODES, STATUSES
from storage import library
from storage.servers import find_servers

PACK = """
local packing = use('sessions.packing')
return function(_, args)
  local packed = packing.pack(args.session)
  return cjson.encode({ session = packing.unpack(packed), size = #packed })
end
"""
SINCE = 1_800_000_000_000
PERSON = {
    "sid": "KP" + "0f" * 16, "who": "w" * 22, "sealed": "A" * 60, "number": "+14155550100", "pn": "PN" + "f0" * 16,
    "place": 1, "created": SINCE,
}  # fmt: skip
SESSION = {
    "created": SINCE, "updated": SINCE, "mode": "message-only", "status": "open", "ttl": 0, "reason": "", "joined": 0,
    "people": [],
}  # fmt: skip


def packed(valkey_url: str, session: dict[str, Any]) -> dict[str, Any]:
    answer = (
        find_servers(valkey_url)
        .client()
        .eval(library.script_of(PACK), 1, "{KS" + "1" * 32 + "}:service", json.dumps({"session": session}))
    )
    found: dict[str, Any] = json.loads(str(answer, "utf-8"))
    found["session"]["people"] = list(found["session"]["people"])
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", STATUSES)
def test_each_mode_and_status(valkey_url: str, mode: str, status: str) -> None:
    session = {**SESSION, "mode": mode, "status": status}
    assert packed(valkey_url, session)["session"] == session


def test_each_field(valkey_url: str) -> None:
    """Moments may be before or after one another: a clock may have been set."""
    session = {
        **SESSION, "status": "closed", "reason": "api", "started": SINCE + 1, "last": SINCE + 2**33, "ended": SINCE,
        "change": 16**11 - 1, "expiry": SINCE + 5, "live": [["KI1", SINCE + 6, ""]], "reopened": SINCE + 7,
        "left_at": SINCE - 8, "unique_name": "B" * 50, "name_hash": "h" * 22, "joined": 3, "listed": 1,
        "people": [
            {**PERSON, "name": "C" * 51, "met": "m" * 22, "lang": "fr", "zone": "Europe/Paris", "given": "D" * 61},
            {**PERSON, "place": 3, "created": SINCE + 9, "deleted": SINCE + 10},
        ],
    }  # fmt: skip
    assert packed(valkey_url, session)["session"] == session


def test_a_sid_of_another_form_stays_as_it_is(valkey_url: str) -> None:
    """The carrier chooses the SIDs of numbers."""
    session = {**SESSION, "people": [{**PERSON, "pn": pn} for pn in ("PN" + "F0" * 16, "PN1", "")]}
    assert packed(valkey_url, session)["session"] == session


def test_two_people_take_few_bytes(valkey_url: str) -> None:
    assert packed(valkey_url, {**SESSION, "people": [PERSON, PERSON], "joined": 2})["size"] < 300
