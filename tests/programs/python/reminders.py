"""Reminders with a chat: the app copies each text from the callbacks, with its sender and receiver."""

from __future__ import annotations

import json
from typing import Any

from twilio.request_validator import RequestValidator

from . import kit, phones
from .app import App, Told

CLIENT, ADVISER = "+14155559001", "+14155559002"
TEXTS = (
    (ADVISER, "Court is at nine"),
    (CLIENT, 'I "shall" be there — sí 👍'),
    (ADVISER, "100 % & no later\nBring papers"),
)

service = kit.service()
#: The copy of each Interaction, by its SID; created when first needed.
copies: dict[str, dict[str, Any]] = {}
adviser_sid: list[str] = []


def callback(told: Told) -> int:
    """The app takes the person who is not the receiver for the sender, so a missing receiver would swap the sides."""
    form = told.form
    if not RequestValidator(kit.TOKEN).validate(app.url("/callback"), form, told.signature):
        return 403
    sides = ("client", "adviser") if form["outboundParticipantSid"] in adviser_sid else ("adviser", "client")
    made = {"sides": sides, "body": json.loads(form["interactionData"]).get("body"), "first": form}
    copies.setdefault(form["interactionSid"], made)["status"] = form["outboundResourceStatus"]
    return 200


app = App(callback=callback)


def main() -> None:
    session = service.sessions.create()
    people = {phone: session.participants.create(identifier=phone) for phone in (CLIENT, ADVISER)}
    adviser_sid.append(people[ADVISER].sid)
    with app:
        kit.configure(CallbackUrl=app.url("/callback"))
        for sender, body in TEXTS:
            kit.text(sender, people[sender].proxy_identifier, body)
        kit.eventually(lambda: [copy["status"] for copy in copies.values()] == ["delivered"] * 3)
        phones.plan(ADVISER, "answer")
        phones.call(CLIENT, people[CLIENT].proxy_identifier)
        phones.hang_up(CLIENT)
        kit.eventually(lambda: [copy["status"] for copy in copies.values()][3:] == ["completed"])
        # A call has no text, but its interactionData is valid JSON too.
        assert all(json.loads(form["interactionData"]) is not None for form in app.at("/callback"))
    *chat, call = copies.values()
    assert [(copy["sides"][0], copy["body"]) for copy in chat] == [
        ("adviser" if sender == ADVISER else "client", body) for sender, body in TEXTS
    ]
    assert (call["sides"], call["body"]) == (("client", "adviser"), None)
    for copy in copies.values():
        assert copy["first"]["outboundParticipantSid"] in {person.sid for person in people.values()}
        assert copy["first"]["inboundParticipantSid"] != copy["first"]["outboundParticipantSid"]


if __name__ == "__main__":
    main()
