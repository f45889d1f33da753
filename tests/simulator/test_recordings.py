"""Recordings of live calls by REST, with the SDK: start, pause, stop, download and delete; a call's end stops them."""

from __future__ import annotations

import wave
from io import BytesIO

import pytest
import requests

from tests.simulator.conftest import ACCOUNT, ALICE, BOB, TOKEN, refused

NOBODY = "RE" + "0" * 32


@pytest.fixture
def live(client, phones, lines):
    """A call that Bob has answered. The clock almost stands still, so that only the test moves time forward."""
    phones.ask("POST", "/clock", {"speed": 0.01})
    lines.dial()
    phones.plan(BOB, "answer")
    return client.calls(phones.call(ALICE, lines.number.phone_number)["sid"])


def sound(carrier, sid, ending=".wav", auth=(ACCOUNT, TOKEN)):
    url = f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}{ending}"
    return requests.get(url, auth=auth, timeout=5)


def test_the_whole_of_one(carrier, client, phones, app, live):
    told = app.say("/recording", (204, ""))
    one = live.recordings.create(
        recording_status_callback=told, recording_status_callback_event=["in-progress", "completed"],
        recording_channels="dual", recording_track="both",
    )  # fmt: skip
    assert (one.status, one.source, one.channels, one.duration) == ("in-progress", "StartCallRecordingAPI", 2, None)
    assert sound(carrier, one.sid).status_code == 404
    phones.pass_time(5)
    live.recordings("Twilio.CURRENT").update(status="paused", pause_behavior="skip")
    phones.pass_time(20)
    live.recordings(one.sid).update(status="in-progress")
    phones.pass_time(2)
    assert live.recordings("Twilio.CURRENT").update(status="stopped").status == "completed"
    phones.settle()
    assert live.recordings(one.sid).fetch().duration == client.recordings(one.sid).fetch().duration == "7"
    assert [asked.form["RecordingStatus"] for asked in app.at("/recording")] == [
        "in-progress", "in-progress", "completed",
    ]  # fmt: skip
    assert len({asked.headers["I-Twilio-Idempotency-Token"] for asked in app.at("/recording")}) == 3
    done = app.at("/recording")[-1].form
    assert (done["RecordingSid"], done["CallSid"], done["RecordingDuration"]) == (one.sid, live.fetch().sid, "7")
    heard = requests.get(done["RecordingUrl"], auth=(ACCOUNT, TOKEN), timeout=5).content
    assert heard == sound(carrier, one.sid).content
    with wave.open(BytesIO(heard)) as found:
        assert (found.getnchannels(), found.getframerate(), found.getsampwidth()) == (2, 8000, 2)
        assert found.getnframes() == 7 * 8000
    live.recordings(one.sid).delete()
    assert (client.recordings.list(), sound(carrier, one.sid).status_code) == ([], 404)


def test_a_pause_with_silence_counts(phones, live):
    one = live.recordings.create()
    live.recordings(one.sid).update(status="paused")
    phones.pass_time(9)
    assert live.recordings(one.sid).update(status="stopped").duration == "9"


def test_it_ends_with_its_call(client, phones, app, live):
    first = live.recordings.create(recording_status_callback=app.say("/recording", (204, "")))
    second = live.recordings.create()
    phones.pass_time(3)
    phones.act(ALICE, "hangup")
    assert [asked.form["RecordingSid"] for asked in app.at("/recording")] == [first.sid]
    assert {(one.sid, one.status, one.duration) for one in client.recordings.list(call_sid=live.fetch().sid)} == {
        (first.sid, "completed", "3"), (second.sid, "completed", "3"),
    }  # fmt: skip


def test_what_cannot_be_recorded(client, phones, live, lines):
    one = live.recordings.create()
    for name, value in (("recording_channels", "three"), ("recording_track", "none"), ("trim", "yes")):
        with refused(20001):
            live.recordings.create(**{name: value})
    with refused(20001):
        live.recordings(one.sid).update(status="gone")
    with refused(20009):
        live.recordings(one.sid).delete()
    live.recordings(one.sid).update(status="stopped")
    with refused(21220):
        live.recordings(one.sid).update(status="paused")
    with refused(20404):
        live.recordings("Twilio.CURRENT").update(status="stopped")
    phones.act(ALICE, "hangup")
    with refused(21220):
        live.recordings.create()
    with refused(20404):
        client.calls("CA" + "0" * 32).recordings.create()
    with refused(20404):
        client.recordings(NOBODY).fetch()


def test_a_ringing_call_is_not_recorded(client, phones, lines):
    lines.dial('answerOnBridge="true"')
    phones.plan(BOB, "manual")
    sid = phones.call(ALICE, lines.number.phone_number)["sid"]
    with refused(21220):
        client.calls(sid).recordings.create()


def test_a_recording_of_another_call_is_not_there(client, phones, live, lines):
    one = live.recordings.create()
    other = client.calls(phones.call("+15105550009", lines.number.phone_number)["sid"])
    assert other.recordings.list() == []
    with refused(20404):
        other.recordings(one.sid).fetch()


def test_nobody_else_hears_it(carrier, phones, live):
    one = live.recordings.create()
    phones.act(ALICE, "hangup")
    assert sound(carrier, one.sid, auth=None).status_code == 401
    answer = sound(carrier, one.sid, ".mp3")
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_lists_by_day(client, phones, live):
    live.recordings.create()
    day = live.fetch().date_created.date()
    assert len(client.recordings.list(date_created=day)) == len(live.recordings.list(date_created=day)) == 1
    assert client.recordings.list(date_created_before=day) == []
