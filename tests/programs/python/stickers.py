"""Stickers on things that get lost: a finder texts the number on the sticker and talks with the owner, both masked.

The app parses every field strictly, as a typed language does: an invalid date is an error.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from . import kit, phones
from .app import XML, Answer, App, Told

OWNER, FINDER, OTHER = "+14155559001", "+14155559101", "+14155559102"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

service = kit.service()
#: The app's current answer to out-of-session requests.
answers = {"now": Answer(200)}


def parse(form: dict[str, str]) -> dict[str, str | datetime]:
    return {name: date(value) if "Date" in name else value for name, value in form.items()}


def date(value: str) -> datetime:
    assert DATE.fullmatch(value), value
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def stranger(told: Told) -> Answer:
    assert parse(told.form)["To"]
    # A field without a value is not sent at all, not even as an empty string.
    assert all(value for name, value in told.form.items() if name.startswith(("session", "inbound", "outbound")))
    return answers["now"]


def known(form: dict[str, str]) -> set[str]:
    return {name for name in form if name.startswith(("session", "inbound", "outbound"))}


def play_found(sticker: str) -> str:
    """The app names the owner; Maskline creates the Session and relays the text as if the Session had existed."""
    order = {"participantIdentifier": OWNER, "uniqueName": "umbrella"}
    answers["now"] = Answer(200, json.dumps(order), "application/json; charset=utf-8")
    kit.text(FINDER, sticker, "I have your umbrella")
    (session,) = service.sessions.list()
    assert (session.unique_name, session.ttl, session.date_expiry) == ("umbrella", 0, None)
    masks = {person.identifier: person.proxy_identifier for person in session.participants.list()}
    assert masks[FINDER] == sticker
    assert kit.inbox(OWNER) == [(masks[OWNER], "I have your umbrella")]
    kit.text(OWNER, masks[OWNER], "Oh, thank you")
    assert kit.inbox(FINDER) == [(sticker, "Oh, thank you")]
    return str(session.sid)


def play_over(app: App, sticker: str, session: str) -> None:
    service.sessions(session).update(status="closed")
    answers["now"] = Answer(200)
    kit.text(FINDER, sticker, "Are you there?")
    assert (kit.inbox(OWNER), kit.inbox(FINDER)) == ([], [])
    form = app.at("/stranger")[-1]
    assert (form["sessionSid"], form["sessionStatus"], form["sessionClosedReason"]) == (session, "closed", "api")
    assert {"sessionDateStarted", "sessionDateEnded", "sessionDateLastInteraction"} <= set(form)
    assert (form["inboundParticipantIdentifier"], form["outboundParticipantIdentifier"]) == (FINDER, OWNER)


def play_call(sticker: str) -> None:
    answers["now"] = Answer(200, "<Response><Say>Please text</Say></Response>", XML)
    for caller in (FINDER, OTHER):
        phones.call(caller, sticker)
        assert phones.heard(caller, "say") == ["Please text"]


def play_never_used(app: App, sticker: str) -> None:
    """A Session without Interactions, so most of its dates are missing; one Participant leaves before it is closed."""
    session = service.sessions.create()
    person = session.participants.create(identifier=OTHER, proxy_identifier=sticker)
    session.participants.create(identifier=OWNER)
    answers["now"] = Answer(200)
    service.sessions(session.sid).participants(person.sid).delete()
    kit.text(OTHER, sticker, "Hello?")
    service.sessions(session.sid).update(status="closed")
    kit.text(OTHER, sticker, "Nobody?")
    assert kit.inbox(OWNER) == []
    forms = app.at("/stranger")[-2:]
    assert [form["Body"] for form in forms] == ["Hello?", "Nobody?"]
    assert not any(name in form for form in forms for name in ("sessionDateStarted", "sessionDateLastInteraction"))


def main() -> None:
    number = service.phone_numbers.list()[0]
    number.update(is_reserved=True)
    with App(stranger=stranger) as app:
        kit.configure(OutOfSessionCallbackUrl=app.url("/stranger"))
        session = play_found(number.phone_number)
        assert known(app.at("/stranger")[0]) == set()
        play_over(app, number.phone_number, session)
        play_call(number.phone_number)
        assert [bool(known(form)) for form in app.at("/stranger")[-2:]] == [True, False]
        play_never_used(app, number.phone_number)


if __name__ == "__main__":
    main()
