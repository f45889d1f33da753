"""Calls by REST, with the unmodified SDK: create, read, list, redirect, end and delete them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.simulator.conftest import ACCOUNT, ALICE, BOB, point, refused

# Slow: plays whole calls by the carrier's REST API.
pytestmark = pytest.mark.slow


ALL = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture
def sender(lines) -> str:
    return str(lines.number.phone_number)


@pytest.fixture
def place(client, sender, phones):
    def call(**more):
        made = client.calls.create(**{"to": ALICE, "from_": sender, "twiml": "<Response/>", **more})
        phones.settle()
        return made

    return call


def status(client, made) -> str:
    return str(client.calls(made.sid).fetch().status)


def test_a_call_by_twiml(client, phones, place, sender, owned):
    made = place(twiml="<Response><Say>hello</Say><Pause length='9'/></Response>")
    assert (made.status, made.direction, made.to, made._from) == ("queued", "outbound-api", ALICE, sender)
    assert made.phone_number_sid == next(n.sid for n in owned if n.phone_number == sender)
    assert phones.heard(ALICE) == [("ring", sender), ("say", "hello")]
    assert status(client, made) == "in-progress"
    phones.pass_time(9)
    read = client.calls(made.sid).fetch()
    assert (read.status, read.duration, read.parent_call_sid) == ("completed", "9", None)


def test_click_to_call(client, phones, place, app, lines, sender):
    shown = lines.shown.phone_number
    url = app.say("/connect", f'<Response><Dial callerId="{shown}">{BOB}</Dial></Response>')
    made = place(url=url, twiml=None)
    (asked,) = app.at("/connect")
    assert (asked.form["CallSid"], asked.form["CallStatus"]) == (made.sid, "in-progress")
    assert (asked.form["Direction"], asked.form["From"], asked.form["To"]) == ("outbound-api", sender, ALICE)
    assert phones.heard(ALICE) == [("ring", sender), ("bridged", sender)]
    assert phones.heard(BOB) == [("ring", shown), ("bridged", shown)]
    phones.act(BOB, "hangup")
    assert (status(client, made), phones.state(ALICE)) == ("completed", "idle")


def test_progress_is_reported(client, phones, place, app):
    made = place(status_callback=app.say("/status", "ok"), status_callback_event=ALL)
    told = [a.form for a in app.at("/status")]
    assert [f["CallStatus"] for f in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert {f["CallSid"] for f in told} == {made.sid} and [f["SequenceNumber"] for f in told] == list("0123")
    assert told[-1]["CallDuration"] == "0" and "ParentCallSid" not in told[0]


def test_without_events_only_the_end_is_reported(phones, place, app):
    phones.plan(ALICE, "busy")
    place(status_callback=app.say("/status", "ok"), status_callback_method="GET")
    (told,) = app.at("/status")
    assert told.method == "GET" and "CallStatus=busy" in told.url


@pytest.mark.parametrize(("plan", "outcome"), [("busy", "busy"), ("fail", "failed"), ("no-answer", "no-answer")])
def test_who_is_not_reached(client, phones, place, plan, outcome):
    phones.plan(ALICE, plan)
    made = place(timeout=15)
    phones.pass_time(15)
    read = client.calls(made.sid).fetch()
    assert (read.status, read.duration, read.start_time) == (outcome, None, None)


def test_a_phone_rings_for_a_minute_by_default(client, phones, place):
    phones.plan(ALICE, "no-answer")
    made = place()
    phones.pass_time(59)
    assert status(client, made) == "ringing"
    phones.pass_time(1)
    assert status(client, made) == "no-answer"


def test_the_time_limit(client, phones, place):
    made = place(twiml="<Response><Pause length='900'/></Response>", time_limit=60)
    phones.pass_time(60)
    read = client.calls(made.sid).fetch()
    assert (read.status, read.duration) == ("completed", "60")


def test_the_fallback_of_a_call(phones, place, app):
    place(twiml=None, url=app.say("/voice", (500, "")), fallback_url=app.say("/f", "<Response><Say>f</Say></Response>"))
    assert app.at("/f")[0].form["ErrorCode"] == "11200"
    assert phones.heard(ALICE, "say") == [("say", "f")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "12"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "nobody"}, 21212),
        ({"from_": BOB}, 21210),
        ({"twiml": None}, 21205),
        ({"twiml": None, "url": "nowhere"}, 21205),
        ({"twiml": "x" * 4001}, 20001),
        ({"status_callback": "nowhere"}, 21609),
        ({"timeout": "soon"}, 20001),
        ({"application_sid": "AP" + "1" * 32}, 20404),
    ],
)
def test_what_is_refused_places_no_call(client, sender, phones, changed, code):
    with refused(code):
        client.calls.create(**{"to": ALICE, "from_": sender, "twiml": "<Response/>", **changed})
    assert client.calls.list() == [] and phones.heard(ALICE) == []


def test_a_phone_that_is_refused(client, sender, phones):
    phones.faults(refuse={"to": ALICE, "code": 21216})
    with refused(21216):
        client.calls.create(to=ALICE, from_=sender, twiml="<Response/>")


def test_ending_a_live_call_ends_both_legs(client, phones, place, lines):
    made = place(twiml=f"<Response><Dial>{BOB}</Dial></Response>")
    (child,) = client.calls.list(parent_call_sid=made.sid)
    assert (child.status, phones.state(BOB)) == ("in-progress", "bridged")
    assert client.calls(made.sid).update(status="completed").status == "completed"
    phones.settle()
    assert (status(client, child), phones.state(ALICE), phones.state(BOB)) == ("completed", "idle", "idle")
    for gone in (made, child):
        with refused(21220):
            client.calls(gone.sid).update(status="completed")


def test_ending_the_callees_leg_lets_the_caller_go_on(client, phones, lines):
    lines.dial('action="/act"', after="<Say>unheard</Say>")
    lines.app.say("/act", "<Response><Say>alone</Say></Response>")
    placed = phones.call(ALICE, lines.number.phone_number)
    (child,) = client.calls.list(parent_call_sid=placed["sid"])
    client.calls(child.sid).update(status="completed")
    phones.settle()
    assert phones.heard(ALICE, "say") == [("say", "alone")]


def test_canceling_is_for_calls_that_are_not_answered(client, phones, place):
    phones.plan(ALICE, "manual")
    ringing = place()
    assert client.calls(ringing.sid).update(status="canceled").status == "canceled"
    assert phones.state(ALICE) == "idle"
    phones.plan(ALICE, "answer")
    talking = place(twiml="<Response><Pause length='60'/></Response>")
    with refused(21220):
        client.calls(talking.sid).update(status="canceled")
    with refused(20001):
        client.calls(talking.sid).update(status="ringing")
    with refused(21205):
        client.calls(talking.sid).update()


def test_moving_the_caller_drops_the_callee(client, phones, lines, app):
    lines.dial('action="/act"')
    placed = phones.call(ALICE, lines.number.phone_number)
    client.calls(placed["sid"]).update(url=app.say("/moved", "<Response><Say>moved</Say></Response>"), method="GET")
    phones.settle()
    (asked,) = app.at("/moved")
    assert asked.method == "GET" and "CallStatus=in-progress" in asked.url
    assert (phones.heard(ALICE, "say"), phones.state(BOB)) == ([("say", "moved")], "idle")
    assert app.at("/act") == []


def test_moving_the_callee_frees_the_caller(client, phones, lines, app):
    lines.dial('action="/act"')
    app.say("/act", "<Response><Say>alone</Say><Pause length='60'/></Response>")
    placed = phones.call(ALICE, lines.number.phone_number)
    (child,) = client.calls.list(parent_call_sid=placed["sid"])
    client.calls(child.sid).update(twiml="<Response><Say>over here</Say><Pause length='60'/></Response>")
    phones.settle()
    assert (phones.heard(ALICE, "say"), phones.heard(BOB, "say")) == ([("say", "alone")], [("say", "over here")])
    assert phones.state(ALICE) == phones.state(BOB) == "answered"
    assert app.at("/act")[0].form["DialCallStatus"] == "completed"


def test_what_has_not_begun_cannot_be_moved_but_a_caller_who_hears_ringing_can(client, phones, place, lines):
    phones.plan(ALICE, "manual")
    ringing = place()
    with refused(21220):
        client.calls(ringing.sid).update(twiml="<Response/>")
    lines.dial('answerOnBridge="true"')
    phones.plan(BOB, "manual")
    placed = phones.call("+15105550004", lines.number.phone_number)
    client.calls(placed["sid"]).update(twiml="<Response><Say>no longer</Say></Response>")
    phones.settle()
    assert (phones.heard("+15105550004", "say"), phones.state(BOB)) == ([("say", "no longer")], "idle")


def test_listing_by_people_status_parent_and_dates_newest_first(client, phones, place, sender, lines):
    phones.plan(BOB, "busy")
    first, second, third = place(), place(to=BOB), place(twiml=f"<Response><Dial>{BOB}</Dial></Response>")
    assert [c.sid for c in client.calls.list() if c.direction == "outbound-api"] == [third.sid, second.sid, first.sid]
    assert {c.sid for c in client.calls.list(to=ALICE)} == {first.sid, third.sid}
    assert [c.sid for c in client.calls.list(status="busy", from_=sender, to=BOB)][1:] == [second.sid]
    assert len(client.calls.list(parent_call_sid=third.sid)) == 1
    assert [c.sid for c in client.calls.list(page_size=1, limit=2)] == [c.sid for c in client.calls.list()][:2]
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert (
        len(client.calls.list(start_time_after=now - hour)) == 4 == len(client.calls.list(end_time_before=now + hour))
    )
    assert client.calls.list(start_time_before=now - hour) == [] == client.calls.list(end_time_after=now + hour)
    assert client.calls.list(start_time=now - timedelta(days=3)) == []


def test_removing_a_call_that_has_ended(client, place):
    live = place(twiml="<Response><Pause length='60'/></Response>")
    with refused(20009):
        client.calls(live.sid).delete()
    client.calls(live.sid).update(status="completed")
    assert client.calls(live.sid).delete() is True
    with refused(20404):
        client.calls(live.sid).fetch()


def test_accounts_see_nothing_of_each_others_calls(carrier, client, phones, place):
    made, other = place(), "AC" + "b" * 32
    phones.ask("POST", "/accounts", {"sid": other, "auth_token": "other", "numbers": 1})
    stranger = point(carrier, other, "other")
    assert stranger.calls.list() == [] and stranger.account_sid != ACCOUNT
    with refused(20404):
        stranger.calls(made.sid).fetch()
    with refused(21210):
        stranger.calls.create(to=ALICE, from_=made._from, twiml="<Response/>")


def test_by_rest_to_a_number_of_this_carrier(client, phones, app, lines, place):
    lines.shown.update(voice_url=app.say("/far", "<Response><Say>far</Say><Pause length='7'/></Response>"))
    made = place(to=lines.shown.phone_number, twiml="<Response><Pause length='30'/></Response>")
    assert app.at("/far")[0].form["Direction"] == "inbound"
    phones.pass_time(7)
    assert status(client, made) == "completed"
    assert {c.direction: c.duration for c in client.calls.list()} == {"inbound": "7", "outbound-api": "7"}
