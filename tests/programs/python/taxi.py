"""A taxi firm: it stores only the ride's name, and looks for a Session or Participant before it creates one."""

from __future__ import annotations

from typing import Any

from twilio.base.exceptions import TwilioException

from . import kit

RIDE, RIDER, DRIVER = "ride-42", "+14155559001", "+14155559002"

service = kit.service()


def session_of(name: str) -> Any:
    try:
        return service.sessions(name).fetch()
    except TwilioException:
        return service.sessions.create(unique_name=name)


def mask_of(name: str, phone: str) -> str:
    people = session_of(name).participants
    known = next((person for person in people.list() if person.identifier == phone), None)
    return str((known or people.create(identifier=phone, friendly_name="of the ride")).proxy_identifier)


def main() -> None:
    assert kit.refusal(lambda: service.sessions(RIDE).fetch()) == (404, 20404)
    masks = {phone: mask_of(RIDE, phone) for phone in (RIDER, DRIVER)}
    assert masks == {phone: mask_of(RIDE, phone) for phone in (RIDER, DRIVER)}
    assert len(service.sessions.list()) == 1
    # An object that was fetched by its name uses that name in all later requests.
    session = service.sessions(RIDE).fetch()
    assert f"/Sessions/{session.sid}" in session.url
    rider = next(person for person in session.participants.list() if person.identifier == RIDER)
    service.sessions(RIDE).participants(rider.sid).delete()
    kept = {person.identifier: person for person in session.participants.list()}
    assert set(kept) == {RIDER, DRIVER}
    assert kept[RIDER].date_deleted is not None
    assert kept[DRIVER].date_deleted is None
    assert mask_of(RIDE, RIDER) == masks[RIDER]
    assert session.update(ttl=60).ttl == 60
    assert service.sessions(session.sid).fetch().ttl == 60
    assert session.update(status="closed").status == "closed"
    assert session_of(RIDE).status == "closed"
    assert session.delete() is True
    assert session_of(RIDE).sid != session.sid


if __name__ == "__main__":
    main()
