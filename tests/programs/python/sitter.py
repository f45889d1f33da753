"""An agency of sitters: a sitter changes phones during a Session and must keep the same proxy number.

The agency checks each text before it is relayed, and updates the Participants whose phone has changed.
"""

from __future__ import annotations

import json

from . import kit
from .app import App, Told

PARENT, PHONES = "+14155559001", ("+14155559002", "+14155559003", "+14155559004")

service = kit.service()
#: The agency's own list: each person's current phone.
book = {"parent": PARENT, "sitter": PHONES[0]}
#: Texts that the agency stops, because it passes them on in its own words.
retold = {"Pay me in cash"}


def intercept(told: Told) -> int:
    session = service.sessions(told.form["interactionSessionSid"])
    sender = session.participants(told.form["inboundParticipantSid"]).fetch()
    assert sender.identifier == book[sender.friendly_name]
    for person in session.participants.list():
        phone = book[person.friendly_name]
        if person.date_deleted is None and person.identifier != phone:
            # The answer is 200 and no longer 204, as at Twilio: an older SDK deletes too, but returns False.
            session.participants(person.sid).delete()
            added = session.participants.create(
                identifier=phone, proxy_identifier=person.proxy_identifier, friendly_name=person.friendly_name
            )
            assert added.proxy_identifier == person.proxy_identifier
    return 403 if json.loads(told.form["interactionData"])["body"] in retold else 200


def main() -> None:
    session = service.sessions.create(unique_name="booking-7", ttl=86400)
    masks = {
        role: session.participants.create(identifier=phone, friendly_name=role).proxy_identifier
        for role, phone in book.items()
    }
    with App(intercept=intercept) as app:
        kit.configure(InterceptCallbackUrl=app.url("/intercept"))
        kit.text(PARENT, masks["parent"], "At seven?")
        assert kit.inbox(PHONES[0]) == [(masks["sitter"], "At seven?")]

        # The phone changes while the text is being relayed; the text goes to the new phone.
        book["sitter"] = PHONES[1]
        kit.text(PARENT, masks["parent"], "At eight, then")
        assert kit.inbox(PHONES[1]) == [(masks["sitter"], "At eight, then")]
        assert kit.inbox(PHONES[0]) == []
        kit.text(PHONES[0], masks["sitter"], "Still me")
        assert kit.inbox(PARENT) == []
        kit.inbox(PHONES[0])

        book["sitter"] = PHONES[2]
        kit.text(PARENT, masks["parent"], "Pay me in cash")
        assert [kit.inbox(phone) for phone in PHONES] == [[], [], []]
        assert kit.inbox(PARENT) == []
        kit.text(PHONES[2], masks["sitter"], "Fine")
        assert kit.inbox(PARENT) == [(masks["parent"], "Fine")]
        told = [json.loads(form["interactionData"])["body"] for form in app.at("/intercept")]
        assert told == ["At seven?", "At eight, then", "Pay me in cash", "Fine"]
    people = {person.identifier: person.date_deleted for person in session.participants.list()}
    assert [people[phone] is None for phone in (PARENT, *PHONES)] == [True, False, False, True]


if __name__ == "__main__":
    main()
