"""Calls and waits that end without a caller: by a restart of the carrier, by a reset, or by the clock."""

from __future__ import annotations

import json
from threading import active_count
from threading import enumerate as threads

import pytest
from twilio.rest import Client

from simulator import server
from simulator.voice.pace import Pace, Stopped
from tests.simulator.conftest import ACCOUNT, ALICE, BOB, TOKEN, Phones, point

TALK = "<Response><Pause length='600'/></Response>"


def start(path) -> tuple[server.Handle, Client, Phones]:
    handle = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=3, state_file=path)
    return handle, point(handle), Phones(handle.url)


def calls_of(client: Client) -> dict[str, tuple[str, str | None]]:
    return {c.to: (c.status, c.duration) for c in client.calls.list()}


def test_calls_and_plans_outlive_the_carrier_but_no_call_goes_on(tmp_path):
    first, client, phones = start(tmp_path / "s.json")
    number = client.incoming_phone_numbers.list()[0].phone_number
    phones.plan(BOB, "manual", name="Bob")
    for to in (ALICE, BOB):
        client.calls.create(to=to, from_=number, twiml=TALK)
    phones.settle()
    phones.pass_time(5)
    assert calls_of(client) == {ALICE: ("in-progress", None), BOB: ("ringing", None)}
    first.stop()
    again, client, phones = start(tmp_path / "s.json")
    assert calls_of(client) == {ALICE: ("completed", "5"), BOB: ("canceled", None)}
    assert phones.ask("GET", f"/phones/{BOB}")["plan"]["name"] == "Bob"
    client.calls.create(to=ALICE, from_=number, twiml="<Response/>")
    again.stop()


def test_a_carrier_that_died_leaves_no_call_alive(tmp_path):
    path = tmp_path / "s.json"
    first, client, phones = start(path)
    number = client.incoming_phone_numbers.list()[0].phone_number
    phones.plan(BOB, "manual")
    for to in (ALICE, BOB):
        client.calls.create(to=to, from_=number, twiml=TALK)
    phones.settle()
    first.carrier.state.save()
    left = path.read_text()
    first.stop()
    path.write_text(left)
    again, client, _ = start(path)
    assert {to: status for to, (status, _) in calls_of(client).items()} == {ALICE: "completed", BOB: "failed"}
    again.stop()


def test_a_file_of_an_earlier_carrier_is_read(tmp_path):
    path = tmp_path / "s.json"
    start(path)[0].stop()
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in kept.items() if k not in ("plans", "calls")}))
    again, client, _ = start(path)
    assert client.calls.list() == [] and len(client.incoming_phone_numbers.list()) == 3
    again.stop()


def test_stopping_ends_every_thread_of_a_call():
    handle = server.start(account_sid=ACCOUNT, auth_token=TOKEN)
    client, phones = point(handle), Phones(handle.url)
    number = client.incoming_phone_numbers.list()[0].phone_number
    for n in range(20):
        client.calls.create(to=f"+151055501{n:02d}", from_=number, twiml=f"<Response><Dial>{BOB}</Dial></Response>")
    phones.settle()
    assert active_count() > 40
    handle.stop()
    assert [thread for thread in threads() if thread.name == "call"] == []


def test_reset_ends_calls_and_forgets_phones(client, phones, app, lines):
    lines.dial()
    phones.plan(BOB, "manual")
    phones.call(ALICE, lines.number.phone_number)
    phones.ask("POST", "/reset")
    assert (phones.calls(), phones.heard(ALICE), phones.state(BOB), client.calls.list()) == ([], [], "idle", [])
    assert phones.ask("GET", f"/phones/{BOB}")["plan"]["plan"] == "answer"
    phones.call(ALICE, lines.number.phone_number)
    assert phones.state(BOB) == "bridged"


def test_waits_end_by_an_event_by_the_clock_or_with_the_carrier():
    pace, seen = Pace(), list[object]()

    def wait(ready, seconds):
        try:
            seen.append(pace.wait(ready, seconds))
        except Stopped:
            seen.append("stopped")

    flag = list[int]()
    pace.start(wait, lambda: bool(flag), 100)
    pace.start(wait, lambda: False, 50)
    pace.start(wait, lambda: False, 3600)
    assert pace.wait_idle(10) and seen == []
    flag.append(1)
    pace.notify()
    assert pace.wait_idle(10) and seen == [True]
    pace.advance(50)
    assert pace.wait_idle(10) and seen == [True, False]
    pace.stop()
    assert seen == [True, False, "stopped"]


@pytest.mark.parametrize("speed", [0.0, 1e9])
def test_a_clock_neither_stands_nor_flies(speed):
    assert 0 < Pace(speed).speed < 1e6
