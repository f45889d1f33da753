"""Makes each API call once that this SDK supports: a call that works must look successful to the program."""

from __future__ import annotations

import os
from typing import Any

from . import kit

ANN, BOB = "+14155559001", "+14155559002"

client, service = kit.client(), kit.service()


def has(resource: Any, *methods: str) -> bool:
    """Whether this release has these methods. Methods that are not checked with it exist in every release."""
    return all(hasattr(resource, method) for method in methods)


def play_service() -> None:
    assert kit.SERVICE in [one.sid for one in client.proxy.v1.services.list()]
    assert service.fetch().sid == kit.SERVICE
    assert service.update().sid == kit.SERVICE
    # Up to 6.9.0 the SDK sends a FriendlyName instead of UniqueName, so it cannot create a Service.
    if os.environ["SDK"] != "oldest":
        made = client.proxy.v1.services.create(unique_name=f"of {kit.SERVICE}")
        assert client.proxy.v1.services(made.sid).delete() is True


def play_numbers() -> None:
    (owned,) = client.incoming_phone_numbers.list(phone_number="+1415555", limit=1)
    sid = service.phone_numbers.create(sid=owned.sid).sid
    assert sid in [one.sid for one in service.phone_numbers.list()]
    number = service.phone_numbers(sid)
    assert number.fetch().sid == sid
    if has(service, "short_codes"):
        assert service.short_codes.list() == []
    if has(number, "update"):
        assert number.update(is_reserved=False).sid == sid
    assert number.delete() is True
    service.phone_numbers.create(sid=owned.sid)


def play_session() -> None:
    made = service.sessions.create(unique_name="all calls")
    assert made.sid in [one.sid for one in service.sessions.list()]
    session = service.sessions(made.sid)
    assert (session.fetch().sid, session.update().sid) == (made.sid, made.sid)
    people = [session.participants.create(identifier=phone) for phone in (ANN, BOB)]
    kit.text(ANN, people[0].proxy_identifier, "Hello")
    play_interactions(session)
    assert len(session.participants.list()) == 2
    person = session.participants(people[1].sid)
    assert person.fetch().sid == people[1].sid
    play_sending(person)
    # Twilio's specification has 200 since 2024; releases from 6.35 to 9.8 treat any other status than 204 as a failure.
    assert person.delete() is True
    assert session.delete() is True


def play_interactions(session: Any) -> None:
    (found,) = session.interactions.list()
    interaction = session.interactions(found.sid)
    assert interaction.fetch().sid == found.sid
    if has(interaction, "delete"):
        assert interaction.delete() is True


def play_sending(person: Any) -> None:
    sent = person.message_interactions.create(body="Your ride is here")
    assert sent.sid in [one.sid for one in person.message_interactions.list()]
    assert person.message_interactions(sent.sid).fetch().sid == sent.sid


def play_refusals() -> None:
    """The program gets the HTTP status and the error code of every refusal."""
    missing, reader = "KC" + "0" * 32, kit.client(os.environ["READER_SID"], os.environ["READER_SECRET"])
    assert kit.refusal(lambda: service.sessions.create(unique_name="all calls", ttl=-1)) == (400, 20001)
    assert kit.refusal(lambda: kit.client(password="wrong").proxy.v1.services(kit.SERVICE).fetch()) == (401, 20003)
    assert kit.refusal(lambda: reader.proxy.v1.services(kit.SERVICE).sessions.create()) == (403, 20403)
    assert kit.refusal(lambda: service.sessions(missing).fetch()) == (404, 20404)
    assert kit.refusal(lambda: service.sessions(missing).delete()) == (404, 20404)


def main() -> None:
    play_service()
    play_numbers()
    play_session()
    play_refusals()
    assert service.delete() is True


if __name__ == "__main__":
    main()
