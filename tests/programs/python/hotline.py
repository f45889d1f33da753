"""A hotline: a caller chooses from a menu first, and is then connected to an agent, both masked."""

from __future__ import annotations

from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from . import kit, phones
from .app import XML, Answer, App, Told

CALLER, AGENT = "+14155559001", "+14155559002"
OVER = ("completed", "busy", "no-answer", "failed", "canceled")
OURS = f"{kit.URL}/v1/Accounts/{kit.ACCOUNT}/Proxy/{kit.SERVICE}/Webhooks/Call"
MENU = '<Response><Gather action="menu" numDigits="1" timeout="20"><Say>Press 1</Say></Gather></Response>'

service = kit.service()
closed: list[str] = []


def stranger(told: Told) -> Answer | int:
    if not genuine(told):
        return 403
    assert told.form["CallStatus"] == "ringing"
    return Answer(200, MENU, XML)


def menu(told: Told) -> Answer:
    """Twilio's own request: it continues the call that Maskline answered."""
    assert told.form["Digits"] == "1"
    assert not [one for one in service.sessions.list() if one.status != "closed"]
    session = service.sessions.create(mode="voice-only")
    caller = session.participants.create(identifier=told.form["From"], proxy_identifier=told.form["To"])
    assert caller.proxy_identifier == told.form["To"]
    session.participants.create(identifier=AGENT)
    return Answer(200, f'<Response><Redirect method="POST">{OURS}</Redirect></Response>', XML)


def callback(told: Told) -> int:
    if not genuine(told):
        return 403
    if told.form["outboundResourceStatus"] in OVER:
        try:
            service.sessions(told.form["interactionSessionSid"]).update(status="closed")
            closed.append(told.form["outboundResourceStatus"])
        except TwilioRestException as error:
            assert error.code == 80607
    return 200


def genuine(told: Told) -> bool:
    validator, url = RequestValidator(kit.TOKEN), app.url(told.path)
    assert not validator.validate(url, {**told.form, "From": "+14155559999"}, told.signature)
    return bool(validator.validate(url, told.form, told.signature))


def play(number: str, what: str, status: str) -> None:
    phones.plan(AGENT, what)
    phones.call(CALLER, number)
    assert phones.heard(CALLER, "say")[-1] == "Press 1"
    rung = len(phones.heard(AGENT, "ring"))
    phones.press(CALLER, "1")
    shown = phones.heard(AGENT, "ring")
    assert len(shown) == rung + (what not in ("busy", "fail"))
    assert CALLER not in shown
    if what == "answer":
        assert phones.state(AGENT) == "bridged"
        phones.hang_up(CALLER)
    elif what == "manual":
        phones.hang_up(CALLER)
    elif what == "no-answer":
        phones.pass_time(120)
    kit.eventually(lambda: closed[-1:] == [status])


app = App(stranger=stranger, menu=menu, callback=callback)


def main() -> None:
    kit.configure(OutOfSessionCallbackUrl=app.url("/stranger"), CallbackUrl=app.url("/callback"))
    (number,) = (one.phone_number for one in service.phone_numbers.list())
    ways = {"answer": "completed", "busy": "busy", "no-answer": "no-answer", "fail": "failed", "manual": "canceled"}
    with app:
        for what, status in ways.items():
            play(number, what, status)
            kit.eventually(lambda: all(one.status == "closed" for one in service.sessions.list()))
        assert closed == list(ways.values())
        sessions = service.sessions.list()
        assert [one.closed_reason for one in sessions] == ["api"] * 5
        found = [service.sessions(one.sid).interactions.list() for one in sessions]
        assert [[one.outbound_resource_status for one in each] for each in found] == [[status] for status in closed]


if __name__ == "__main__":
    main()
