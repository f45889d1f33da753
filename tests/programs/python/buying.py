"""Rides with a rider and a driver: when every proxy number is in use for the rider, the app buys one more, once."""

from __future__ import annotations

from typing import Any

from twilio.base.exceptions import TwilioException

from . import kit

RIDER, DRIVERS = "+14155559001", ("+14155559011", "+14155559012")
END = "2099-12-31T23:59:59Z"

client, service = kit.client(), kit.service()
bought: list[str] = []


def ride(rider: str, driver: str, retry: bool = True) -> Any:
    session = service.sessions.create(date_expiry=END)
    try:
        for phone in (rider, driver):
            session.participants.create(phone)
    except TwilioException as error:
        assert session.delete() is True
        if not retry or getattr(error, "code", None) != 80206:
            raise
        buy()
        return ride(rider, driver, retry=False)
    return session


def buy() -> None:
    offer = client.available_phone_numbers("US").local.list(limit=1)[0].phone_number
    number = client.incoming_phone_numbers.create(phone_number=offer)
    added = service.phone_numbers.create(phone_number=number.phone_number)
    assert (added.sid, added.phone_number) == (number.sid, offer)
    bought.append(offer)


def mask_of(session_sid: str, phone: str) -> str:
    """The phone's proxy number in an existing ride, which must not be closed."""
    session = service.sessions(session_sid).fetch()
    assert session.status != session.Status.CLOSED
    return str(next(p.proxy_identifier for p in session.participants.list() if p.identifier == phone))


def main() -> None:
    rides = [ride(RIDER, driver) for driver in DRIVERS]
    assert len(bought) == 1
    masks = [mask_of(found.sid, RIDER) for found in rides]
    assert masks[1] == bought[0] != masks[0]
    assert {found.sid for found in service.sessions.list()} == {found.sid for found in rides}
    for mask, driver in zip(masks, DRIVERS, strict=True):
        kit.text(RIDER, mask, f"to {driver}")
        assert [body for _, body in kit.inbox(driver)] == [f"to {driver}"]
    # Without a retry left, or after any other failure, the app itself must show the error.
    assert kit.refusal(lambda: ride(RIDER, "+14155559013", retry=False)) == (400, 80206)
    assert kit.refusal(lambda: ride("nobody", DRIVERS[0])) == (400, 80404)
    assert len(bought) == 1
    assert len(service.sessions.list()) == 2


if __name__ == "__main__":
    main()
