"""A mail and phone relay: it gives each customer an unused proxy number, and adds strangers when they write."""

from __future__ import annotations

from typing import Any

from twilio.base.exceptions import TwilioException

from . import kit
from .app import Answer, App, Told

CUSTOMERS = ("+14155559001", "+14155559002", "+14155559003")
STRANGER, OTHER = "+14155559101", "+14155559102"
#: A TwiML answer that is sent as HTML, by a web framework that does not know TwiML.
SORRY = "<?xml version='1.0'?>\n<Response><Message>This relay number is off.</Message></Response>"

service = kit.service()
#: The app's own table: from proxy number to Session SID.
sessions: dict[str, str] = {}


def unused() -> set[str]:
    return {number.phone_number for number in service.phone_numbers.list() if number.in_use == 0}


def open_on_unused(customer: str) -> tuple[Any, str]:
    """The app's loop: it creates Sessions with one Participant until one gets a number that no Session used before."""
    free = unused()
    for _ in range(3):
        session = service.sessions.create(ttl=3600)
        mask = session.participants.create(identifier=customer).proxy_identifier
        if mask in free:
            sessions[mask] = session.sid
            return session, mask
    raise AssertionError("the least loaded number comes first, so the loop ends at once")


def stranger(told: Told) -> Answer | int:
    """The app's reaction when somebody unknown texts a number."""
    sender, number = told.form["From"], told.form["To"]
    if number not in sessions:
        return 404
    session = service.sessions(sessions[number]).fetch()
    if session.status in (session.Status.CLOSED, session.Status.FAILED, session.Status.UNKNOWN):
        return Answer(200, SORRY)
    try:
        added = session.participants.create(identifier=sender, proxy_identifier=number)
    except TwilioException:
        return 500
    assert added.proxy_identifier == number
    return Answer(201, "Created")


def play_stranger(customer: str, mask: str) -> None:
    kit.text(STRANGER, mask, "Is this on?")
    # The stranger is only added. Maskline does not relay this first text: the app has to do that itself.
    assert (kit.inbox(customer), kit.inbox(STRANGER)) == ([], [])
    kit.text(STRANGER, mask, "Your parcel is here")
    assert kit.inbox(customer) == [(mask, "Your parcel is here")]
    kit.text(customer, mask, "Thank you")
    assert kit.inbox(STRANGER) == [(mask, "Thank you")]
    kit.text(OTHER, mask, "And mine?")
    assert kit.inbox(customer) == []
    assert kit.inbox(OTHER)[0][0] == mask


def play_refusals(off: str, unknown: str) -> None:
    service.sessions(sessions[off]).update(status="closed")
    kit.text(STRANGER, off, "Hello?")
    assert kit.inbox(STRANGER) == [(off, "This relay number is off.")]
    kit.text(CUSTOMERS[1], off, "Am I still there?")
    assert kit.inbox(CUSTOMERS[1]) == [(off, "This relay number is off.")]
    del sessions[unknown]
    kit.text(STRANGER, unknown, "Hello?")
    ((sender, said),) = kit.inbox(STRANGER)
    assert sender == unknown
    assert said
    assert kit.inbox(CUSTOMERS[2]) == []


def main() -> None:
    masks = {customer: open_on_unused(customer) for customer in CUSTOMERS}
    assert len({mask for _, mask in masks.values()}) == 3
    assert unused() == set()
    session, mask = masks[CUSTOMERS[0]]
    assert session.ttl == 3600
    with App(stranger=stranger) as app:
        kit.configure(OutOfSessionCallbackUrl=app.url("/stranger"))
        play_stranger(CUSTOMERS[0], mask)
        play_refusals(masks[CUSTOMERS[1]][1], masks[CUSTOMERS[2]][1])
        assert [form["Body"] for form in app.at("/stranger")][:2] == ["Is this on?", "And mine?"]
    assert session.delete() is True
    assert mask in unused()


if __name__ == "__main__":
    main()
