"""A mail and phone relay: gives each customer a number that nobody has yet; strangers are let in as they write."""

from __future__ import annotations

from typing import Any

from . import kit

CUSTOMERS = ("+14155559001", "+14155559002", "+14155559003")
STRANGER = "+14155559101"

service = kit.service()


def unused() -> set[str]:
    return {number.phone_number for number in service.phone_numbers.list() if number.in_use == 0}


def open_on_unused(customer: str) -> tuple[Any, str]:
    """The app's loop: sessions of one, until one lies on a number that had none."""
    free = unused()
    for _ in range(3):
        session = service.sessions.create(ttl=3600)
        mask = session.participants.create(identifier=customer).proxy_identifier
        if mask in free:
            return session, mask
    raise AssertionError("the least loaded number comes first, so the loop ends at once")


def let_in(session_sid: str, stranger: str, to: str) -> None:
    """What the app does when a number is texted by somebody it does not know."""
    session = service.sessions(session_sid).fetch()
    assert session.status not in (session.Status.CLOSED, session.Status.FAILED, session.Status.UNKNOWN)
    added = session.participants.create(identifier=stranger, proxy_identifier=to)
    assert added.proxy_identifier == to


def main() -> None:
    masks = {customer: open_on_unused(customer) for customer in CUSTOMERS}
    assert len({mask for _, mask in masks.values()}) == 3
    assert unused() == set()
    session, mask = masks[CUSTOMERS[0]]
    assert session.ttl == 3600
    let_in(session.sid, STRANGER, mask)
    kit.text(STRANGER, mask, "Your parcel is here")
    assert kit.inbox(CUSTOMERS[0]) == [(mask, "Your parcel is here")]
    kit.text(CUSTOMERS[0], mask, "Thank you")
    assert kit.inbox(STRANGER) == [(mask, "Thank you")]
    assert session.delete() is True
    assert unused() == {mask}


if __name__ == "__main__":
    main()
