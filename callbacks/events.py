"""The bodies for events_url: only the SIDs, statuses, codes and dates of an event that are listed here.

They never have an identifier, a number, a text or a name, even if the event itself has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from common.dates import date
from common.sids import is_sid

Detail = dict[str, Any]
Data = dict[str, Any]

FAILED = frozenset({"failed", "undelivered"})
#: The form of statuses, reasons and field names. A value of another form is left out.
WORD = re.compile(r"[a-z]{1,24}(?:[-_][a-z]{1,24}){0,4}")


def message(event_type: str, at_ms: int, service_sid: str, account_sid: str, session_sid: str, data: Data) -> str:
    """The JSON body, in the format of Standard Webhooks."""
    about = {"account_sid": account_sid, "service_sid": service_sid}
    session = {"session_sid": session_sid} if session_sid else {}
    present = {name: value for name, value in data.items() if value is not None}
    body = {"type": event_type, "timestamp": _moment(at_ms), "data": {**about, **session, **present}}
    return json.dumps(body, separators=(",", ":"))


def public_event(event_type: str, at_ms: int, detail: Detail) -> tuple[str, Data] | None:
    """The type and data for events_url, or None if this event is not sent."""
    build = PUBLIC_EVENTS.get(event_type)
    data = build(detail, at_ms) if build else None
    return None if data is None else (PUBLIC_NAMES.get(event_type, event_type), data)


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sid(value: object, prefix: str) -> str | None:
    return value if isinstance(value, str) and is_sid(value, prefix) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and WORD.fullmatch(value) else None


def _code(value: object) -> int | None:
    return value if isinstance(value, int) and 10_000 <= value < 100_000 else None


def _date(value: object) -> str | None:
    return date(value) if isinstance(value, int) else None


def _opened(detail: Detail, at_ms: int) -> Data:
    people = detail.get("people")
    participants = [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    return {
        "status": _word(detail.get("status")),
        "mode": _word(detail.get("mode")),
        "date_created": _date(detail.get("created")),
        "date_expiry": _date(detail.get("expiry")),
        "participant_sids": [sid for person in participants if (sid := _sid(person.get("sid"), "KP"))],
    }


def _expiring(detail: Detail, at_ms: int) -> Data:
    return {"date_due": _date(detail.get("due"))}


def _closed(detail: Detail, at_ms: int) -> Data:
    return {"reason": _word(detail.get("reason")), "date_ended": _date(at_ms)}


def _reopened(detail: Detail, at_ms: int) -> Data:
    return {"status": _word(detail.get("status")), "date_expiry": _date(detail.get("expiry"))}


def _joined(detail: Detail, at_ms: int) -> Data:
    return {"participant_sid": _sid(detail.get("sid"), "KP")}


def _removed(detail: Detail, at_ms: int) -> Data:
    return {"participant_sid": _sid(detail.get("participant"), "KP")}


def _blocked(detail: Detail, at_ms: int) -> Data:
    return {
        "interaction_sid": _sid(detail.get("interaction"), "KI"),
        "reason": _word(detail.get("reason")),
        "code": _code(detail.get("code")),
    }


def _unchecked(detail: Detail, at_ms: int) -> Data:
    status, ms = detail.get("status"), detail.get("ms")
    return {
        "interaction_sid": _sid(detail.get("interaction"), "KI"),
        "reason": _word(detail.get("reason")),
        "http_status": status if isinstance(status, int) and 100 <= status < 1000 else None,
        "milliseconds": int(ms) if isinstance(ms, int | float) and ms >= 0 else None,
        "policy": _word(detail.get("policy")),
    }


def _given_up(detail: Detail, at_ms: int) -> Data:
    return {"interaction_sid": _sid(detail.get("interaction"), "KI"), "reason": _word(detail.get("reason"))}


def _held(detail: Detail, at_ms: int) -> Data:
    return {"interaction_sid": _sid(detail.get("interaction"), "KI"), "date_until": _date(detail.get("until"))}


def _incomplete(detail: Detail, at_ms: int) -> Data:
    lost = detail.get("lost")
    return {
        "interaction_sid": _sid(detail.get("interaction"), "KI"),
        "files_left_out": lost if isinstance(lost, int) else None,
    }


def _failed(detail: Detail, at_ms: int) -> Data | None:
    outbound = detail.get("outbound")
    if detail.get("type") != "message" or not isinstance(outbound, dict):
        return None
    status = _word(outbound.get("status"))
    if status not in FAILED:
        return None
    return {
        "interaction_sid": _sid(detail.get("sid"), "KI"),
        "participant_sid": _sid(outbound.get("participant"), "KP"),
        "status": status,
        "code": _code(outbound.get("code")),
    }


def _drift(detail: Detail, at_ms: int) -> Data:
    fields = detail.get("fields")
    names = fields if isinstance(fields, list) else []
    return {
        "phone_number_sid": _sid(detail.get("sid"), "PN"),
        "fields": [word for field in names if (word := _word(field))],
    }


PUBLIC_EVENTS: dict[str, Callable[[Detail, int], Data | None]] = {
    "session.opened": _opened,
    "session.expiring": _expiring,
    "session.closed": _closed,
    "session.reopened": _reopened,
    "participant.joined": _joined,
    "participant.removed": _removed,
    "message.blocked": _blocked,
    "call.blocked": _blocked,
    "intercept.failed": _unchecked,
    "out-of-session.failed": _unchecked,
    "content.failed": _unchecked,
    "message.lost": _given_up,
    "message.parked": _given_up,
    "message.canceled": _given_up,
    "message.held": _held,
    "message.expired": _given_up,
    "message.incomplete": _incomplete,
    "interaction.updated": _failed,
    "number.drift": _drift,
}
PUBLIC_NAMES = {"interaction.updated": "message.failed"}
