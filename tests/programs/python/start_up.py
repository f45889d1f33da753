"""A small app: at every start it adds all numbers of the account, and deletes what is left from the day before."""

from __future__ import annotations

from . import kit

PEOPLE = ("+14155559001", "+14155559002")

client, service = kit.client(), kit.service()


def start() -> None:
    for number in client.incoming_phone_numbers.list():
        added = service.phone_numbers.create(sid=number.sid)
        assert (added.sid, added.phone_number) == (number.sid, number.phone_number)
    for session in service.sessions.list():
        assert session.delete() is True


def main() -> None:
    start()
    pool = {number.sid for number in service.phone_numbers.list()}
    assert pool == {number.sid for number in client.incoming_phone_numbers.list()}
    masks = set()
    for _ in range(3):
        session = service.sessions.create()
        assert (session.ttl, session.date_expiry) == (0, None)
        masks.add(tuple(session.participants.create(identifier=phone).proxy_identifier for phone in PEOPLE))
    assert len(masks) == 3
    start()
    assert {number.sid for number in service.phone_numbers.list()} == pool
    assert service.sessions.list() == []
    assert service.sessions.create().status == "open"


if __name__ == "__main__":
    main()
