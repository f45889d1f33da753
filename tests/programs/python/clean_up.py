"""A nightly job: it deletes Sessions that have expired, and keeps those that have not or that have no end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from . import kit

PEOPLE = ("+14155559001", "+14155559002")

service = kit.service()


def run() -> int:
    over = [s for s in service.sessions.list() if s.date_expiry and s.date_expiry <= datetime.now(UTC)]
    return sum(session.delete() is True for session in over)


def main() -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    ends = {"ends": soon, "later": soon + timedelta(days=1), "has none": None}
    for name, end in ends.items():
        session = service.sessions.create(unique_name=name, **({"date_expiry": end} if end else {}))
        for phone in PEOPLE:
            session.participants.create(identifier=phone)
    assert kit.eventually(run) == 1
    assert run() == 0
    assert {session.unique_name for session in service.sessions.list()} == {"later", "has none"}
    # The deleted Session's name and its proxy numbers can be used again.
    again = service.sessions.create(unique_name="ends")
    for phone in PEOPLE:
        assert again.participants.create(identifier=phone).proxy_identifier


if __name__ == "__main__":
    main()
