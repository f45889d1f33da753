"""A supervisor's page: each call with its length, and what was recorded before the call was connected."""

from __future__ import annotations

import json

from . import kit, phones
from .app import XML, Answer, App, Told

CALLER, DESK = "+14155559001", "+14155559002"
OURS = f"{kit.URL}/v1/Accounts/{kit.ACCOUNT}/Proxy/{kit.SERVICE}/Webhooks/Call"
ASK = '<Response><Say>Your name, please</Say><Record action="/named" timeout="2" playBeep="false"/></Response>'

client, service = kit.client(), kit.service()


def stranger(told: Told) -> Answer:
    return Answer(200, ASK, XML)


def named(told: Told) -> Answer:
    session = service.sessions.create(unique_name=f"call-{told.form['CallSid']}")
    session.participants.create(identifier=told.form["From"], proxy_identifier=told.form["To"])
    session.participants.create(identifier=DESK)
    return Answer(200, f'<Response><Redirect method="POST">{OURS}</Redirect></Response>', XML)


def main() -> None:
    number = service.phone_numbers.list()[0].phone_number
    with App(stranger=stranger, named=named) as app:
        phones.plan(DESK, "answer")
        kit.configure(OutOfSessionCallbackUrl=app.url("/stranger"))
        call = phones.call(CALLER, number)
        phones.say(CALLER, "It is Ann")
        phones.pass_time(5)
        kit.eventually(lambda: phones.state(DESK) == "bridged")
        phones.pass_time(42)
        phones.hang_up(DESK)
    session = service.sessions(f"call-{call}")
    (found,) = session.interactions.list()
    assert found.type.lower() == "voice"
    assert found.inbound_resource_sid == call
    leg = client.calls(found.outbound_resource_sid).fetch()
    assert json.loads(found.data)["duration"] == str(leg.duration)
    assert int(leg.duration) >= 42
    (recording,) = client.recordings.list(call_sid=found.inbound_resource_sid)
    assert (recording.call_sid, client.recordings(recording.sid).fetch().sid) == (call, recording.sid)
    assert client.recordings.list(call_sid=found.outbound_resource_sid) == []
    assert json.loads(session.interactions(found.sid).fetch().data) == json.loads(found.data)


if __name__ == "__main__":
    main()
