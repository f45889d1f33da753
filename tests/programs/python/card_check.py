"""A paid line: before a call is connected, the app checks whether the caller has a card that can be charged."""

from __future__ import annotations

from . import kit, phones
from .app import App, Told

CUSTOMER, OPERATOR = "+14155559001", "+14155559002"

service = kit.service()
cards: dict[str, str] = {}


def intercept(told: Told) -> int:
    session = service.sessions(told.form["interactionSessionSid"])
    caller = session.participants(told.form["inboundParticipantSid"]).fetch()
    return 200 if caller.identifier == OPERATOR or caller.identifier in cards else 403


def main() -> None:
    session = service.sessions.create()
    masks = {p: session.participants.create(identifier=p).proxy_identifier for p in (CUSTOMER, OPERATOR)}
    phones.plan(OPERATOR, "answer")
    with App(intercept=intercept, callback=lambda told: 200) as app:
        kit.configure(InterceptCallbackUrl=app.url("/intercept"), CallbackUrl=app.url("/callback"))
        stopped = phones.call(CUSTOMER, masks[CUSTOMER])
        assert phones.heard(OPERATOR, "ring") == []
        # A caller whose call is stopped hears a notice, and the call ends.
        assert phones.heard(CUSTOMER, "say")
        assert phones.state(CUSTOMER) == "idle"

        cards[CUSTOMER] = "good"
        call = phones.call(CUSTOMER, masks[CUSTOMER])
        assert phones.heard(OPERATOR, "ring") == [masks[OPERATOR]]
        assert phones.state(CUSTOMER) == "bridged"
        phones.hang_up(OPERATOR)
        kit.eventually(lambda: [f for f in app.at("/callback") if f["outboundResourceStatus"] == "completed"])
        # The stopped call gets a callback too, without an outbound leg.
        kit.eventually(lambda: {form["inboundResourceSid"] for form in app.at("/callback")} == {stopped, call})
        sides = {(form["inboundResourceSid"], form["outboundResourceType"]) for form in app.at("/callback")}
        assert sides == {(stopped, ""), (call, "call")}
        assert [form["interactionType"] for form in app.at("/intercept")] == ["Voice", "Voice"]


if __name__ == "__main__":
    main()
