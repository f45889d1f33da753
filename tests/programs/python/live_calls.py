"""An operator's calls: the app knows the caller, moves the Session's end with each call, and can end a live call.

The app logs in with one of the carrier's API keys, both to Proxy and to the carrier.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import twilio
from twilio.base.exceptions import TwilioRestException

from . import kit, phones
from .app import App, Told

OPERATOR, CUSTOMER = "+14155559001", "+14155559002"
USERS = {OPERATOR: "the operator", CUSTOMER: "the customer"}
OVER = ("completed", "busy", "no-answer")
ALREADY_OVER = 21220

key = kit.client().new_keys.create(friendly_name="of the app")
client = kit.client(key.sid, key.secret)
service = client.proxy.v1.services(kit.SERVICE)
callers: list[str] = []
ends: list[datetime] = []
refused: list[int] = []


def intercept(told: Told) -> int:
    session = service.sessions(told.form["interactionSessionSid"])
    person = session.participants(told.form["inboundParticipantSid"]).fetch()
    callers.append(USERS[person.identifier])
    return 200


def callback(told: Told) -> int:
    status = told.form.get("outboundResourceStatus", "")
    if status == "initiated":
        move_end(told.form["interactionSessionSid"], days=1)
    elif status in OVER:
        move_end(told.form["interactionSessionSid"], seconds=60)
    return 201


def move_end(session: str, **later: int) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(**later)
    try:
        service.sessions(session).update(date_expiry=end)
        ends.append(end)
    except TwilioRestException as error:
        refused.append(error.code)


def end_session(session: str) -> list[int]:
    """Ends both legs at once, as Promise.all does in Node. Returns the codes of the carrier's refusals."""
    assert service.sessions(session).update(status="closed").status == "closed"
    history = list(reversed(service.sessions(session).interactions.list(limit=99999999)))
    live = next(one for one in history if is_live(one))
    assert live is history[0]
    with ThreadPoolExecutor(2) as pool:
        return [code for code in pool.map(hang_up, (live.inbound_resource_sid, live.outbound_resource_sid)) if code]


def is_live(found: Any) -> bool:
    return bool(found.inbound_resource_type == "call" and found.outbound_resource_status == "initiated")


def hang_up(call: str) -> int:
    try:
        client.calls(call).update(status="completed")
        return 0
    except TwilioRestException as error:
        return int(error.code)


def told_status(app: App, call: str, status: str) -> None:
    """Waits until a callback has reported this status for the call's outbound leg, and the Session's end has moved."""
    found = kit.eventually(
        lambda: next(
            (
                form
                for form in app.at("/callback")
                if form["inboundResourceSid"] == call and form["outboundResourceStatus"] == status
            ),
            None,
        )
    )
    session = service.sessions(found["interactionSessionSid"])
    kit.eventually(lambda: session.fetch().date_expiry == ends[-1])


def play_ended_calls(app: App, mask: str) -> None:
    for what, status in (("busy", "busy"), ("no-answer", "no-answer"), ("answer", "completed")):
        phones.plan(CUSTOMER, what)
        call = phones.call(OPERATOR, mask)
        told_status(app, call, "initiated")
        if what == "no-answer":
            phones.pass_time(120)
        elif what == "answer":
            phones.hang_up(OPERATOR)
        told_status(app, call, status)
        assert ends[-1] - datetime.now(UTC) <= timedelta(seconds=60)


def play_live_call(app: App, session: str, mask: str) -> None:
    phones.plan(CUSTOMER, "answer")
    call = phones.call(OPERATOR, mask)
    told_status(app, call, "initiated")
    assert ends[-1] - datetime.now(UTC) > timedelta(hours=23)
    assert phones.state(CUSTOMER) == "bridged"
    codes = end_session(session)
    # The first request ends both legs, so the second may be refused. Promise.all then fails, but both have ended.
    assert codes in ([], [ALREADY_OVER]), codes
    kit.eventually(lambda: [phones.state(phone) for phone in USERS] == ["idle", "idle"])
    assert client.calls(call).fetch().status == "completed"
    # The callback about the call's end comes after the Session was closed, so the app's last update is refused.
    assert kit.eventually(lambda: refused)[0] == 80607
    assert not any(is_live(one) for one in service.sessions(session).interactions.list())


def click_to_call() -> None:
    """A call that the app places itself, only through the carrier, from a proxy number of the pool."""
    number = service.phone_numbers.list()[0].phone_number
    twiml = f'<Response><Dial callerId="{number}">{CUSTOMER}</Dial></Response>'
    call = client.calls.create(to=OPERATOR, from_=number, twiml=twiml)
    kit.eventually(lambda: phones.state(CUSTOMER) == "bridged")
    call.update(status="completed")
    kit.eventually(lambda: phones.state(CUSTOMER) == "idle")


def main() -> None:
    session = service.sessions.create(mode="voice-only")
    masks = {phone: session.participants.create(identifier=phone).proxy_identifier for phone in USERS}
    with App(intercept=intercept, callback=callback) as app:
        kit.configure(InterceptCallbackUrl=app.url("/intercept"), CallbackUrl=app.url("/callback"))
        play_ended_calls(app, masks[OPERATOR])
        play_live_call(app, session.sid, masks[OPERATOR])
        assert callers == ["the operator"] * 4
        # A phone that is busy does not ring.
        assert phones.heard(CUSTOMER, "ring") == [masks[CUSTOMER]] * 3
        phones.call(OPERATOR, masks[OPERATOR])
        assert len(phones.heard(CUSTOMER, "ring")) == 3
        assert phones.heard(OPERATOR, "say")
    if twilio.__version__ >= "7":
        click_to_call()


if __name__ == "__main__":
    main()
