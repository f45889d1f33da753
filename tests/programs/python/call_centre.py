"""A call centre: two people join one after the other, contacts move the Session's end, then the app closes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from . import kit

OPERATOR, CUSTOMER = "+14155559001", "+1 (415) 555-9002"

service = kit.service()


def soon(**later: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**later)


def move_end(session: Any, to: datetime) -> None:
    moved = service.sessions(session.sid).update(date_expiry=to)
    assert moved.date_expiry == to
    assert service.sessions(session.sid).fetch().date_expiry == to


def history(session: Any) -> list[Any]:
    """The history, newest first."""
    return list(reversed(service.sessions(session.sid).interactions.list(limit=99999999)))


def main() -> None:
    session = service.sessions.create()
    operator = session.participants.create(identifier=OPERATOR)
    customer = session.participants.create(identifier=CUSTOMER)
    people = {OPERATOR: operator, CUSTOMER: customer}
    # The app looks people up by the spelling that it sent, so the answer must have the same spelling.
    assert people[service.sessions(session.sid).participants(customer.sid).fetch().identifier] is customer
    assert history(session) == []
    for number, end in enumerate((soon(days=1), soon(seconds=60), soon(hours=2))):
        kit.text(OPERATOR, operator.proxy_identifier, f"text {number}")
        move_end(session, end)
    found = history(session)
    assert [json.loads(one.data)["body"] for one in found] == ["text 2", "text 1", "text 0"]
    latest = next(one for one in found if one.inbound_resource_type == "message")
    assert (latest.inbound_participant_sid, latest.outbound_participant_sid) == (operator.sid, customer.sid)
    assert service.sessions(session.sid).update(status="closed").status == "closed"
    assert kit.refusal(lambda: service.sessions(session.sid).update(status="closed")) == (400, 80607)
    assert len(history(session)) == 3


if __name__ == "__main__":
    main()
