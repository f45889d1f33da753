"""Answering machine detection, for calls placed by REST and for a dialled Number, which is connected at once anyway."""

from __future__ import annotations

import pytest

from tests.simulator.conftest import ALICE, BOB, refused

OWNER = "Maria Lopez"
#: Plan, mode, AnsweredBy, and seconds from pick-up to result. The seconds follow from Twilio's default parameters
#: and from how long each kind of phone speaks first.
RESULTS = [
    ("answer", "Enable", "human", 2.0),
    ("manual", "Enable", "human", 2.0),
    ("voicemail", "Enable", "machine_start", 2.4),
    ("voicemail", "DetectMessageEnd", "machine_end_beep", 7.0),
    ("screening", "Enable", "machine_start", 2.4),
    ("screening", "DetectMessageEnd", "machine_end_silence", 5.2),
    ("fax", "Enable", "fax", 1.5),
    ("silent", "Enable", "unknown", 5.0),
]


@pytest.fixture(autouse=True)
def slow_clock(phones):
    """The clock almost stands still, so that only the test moves time forward."""
    phones.ask("POST", "/clock", {"speed": 0.01})


@pytest.fixture
def place(client, phones, app, owned):
    def placed(plan, **more):
        phones.plan(BOB, plan, name=OWNER)
        call = client.calls.create(
            to=BOB,
            from_=owned[0].phone_number,
            url=app.say("/voice", "<Response><Pause length='60'/></Response>"),
            **more,
        )
        phones.settle()
        if plan == "manual":
            phones.act(BOB, "answer")
        return call

    return placed


@pytest.mark.parametrize("plan, mode, answered_by, seconds", RESULTS)
def test_a_placed_call_goes_on_once_it_is_known(client, phones, app, place, plan, mode, answered_by, seconds):
    call = place(plan, machine_detection=mode)
    phones.pass_time(seconds - 0.1)
    assert app.at("/voice") == []
    phones.pass_time(0.2)
    (asked,) = app.at("/voice")
    assert asked.form["AnsweredBy"] == answered_by
    assert client.calls(call.sid).fetch().answered_by == answered_by


@pytest.mark.parametrize("plan, mode, answered_by, seconds", RESULTS)
def test_in_the_background_nothing_waits(client, phones, app, place, plan, mode, answered_by, seconds):
    call = place(plan, machine_detection=mode, async_amd="true", async_amd_status_callback=app.say("/amd", (204, "")))
    (asked,) = app.at("/voice")
    assert "AnsweredBy" not in asked.form and app.at("/amd") == []
    phones.pass_time(seconds + 0.1)
    (told,) = app.at("/amd")
    assert told.headers["I-Twilio-Idempotency-Token"] != asked.headers["I-Twilio-Idempotency-Token"]
    assert set(told.form) == {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}
    assert (told.form["CallSid"], told.form["AnsweredBy"]) == (call.sid, answered_by)
    assert abs(int(told.form["MachineDetectionDuration"]) - seconds * 1000) <= 200


def test_thresholds_move_the_border(phones, app, place):
    """A screening phone speaks for 4 s, so a threshold of 4.5 s takes it for a human."""
    place("screening", machine_detection="Enable", machine_detection_speech_threshold=4500)
    phones.pass_time(5.3)
    assert app.at("/voice")[0].form["AnsweredBy"] == "human"


def test_no_longer_than_its_timeout(phones, app, place):
    place("silent", machine_detection="Enable", machine_detection_timeout=3)
    phones.pass_time(3.1)
    assert app.at("/voice")[0].form["AnsweredBy"] == "unknown"


def test_keys_to_send_take_its_place(client, app, place):
    call = place("answer", machine_detection="Enable", send_digits="1")
    assert "AnsweredBy" not in app.at("/voice")[0].form
    assert client.calls(call.sid).fetch().answered_by is None


@pytest.mark.parametrize(
    "bad", [{"machine_detection": "yes"}, {"machine_detection": "Enable", "machine_detection_timeout": 2}]
)
def test_bad_values_are_refused(place, bad):
    with refused(20001):
        place("answer", **bad)


@pytest.mark.parametrize("plan, answered_by, seconds", [("answer", "human", 2.0), ("voicemail", "machine_start", 2.4)])
def test_a_dialled_number_is_connected_at_once(client, phones, app, lines, plan, answered_by, seconds):
    """The result comes too late: by then the caller has already heard whose mailbox it is."""
    lines.dial('answerOnBridge="true"', 'machineDetection="Enable" amdStatusCallback="/amd"')
    app.say("/amd", (204, ""))
    phones.plan(BOB, plan, name=OWNER)
    placed = phones.call(ALICE, lines.number.phone_number)
    assert phones.state(ALICE) == "bridged"
    assert any(OWNER in text for _, text in phones.heard(ALICE, "voice")) == (plan == "voicemail")
    assert app.at("/amd") == []
    phones.pass_time(seconds + 0.1)
    (child,) = client.calls.list(parent_call_sid=placed["sid"])
    (told,) = app.at("/amd")
    assert (told.form["CallSid"], told.form["AnsweredBy"], child.answered_by) == (child.sid, answered_by, answered_by)


@pytest.mark.parametrize(
    "noun, codes",
    [
        ('machineDetection="Enable"', [21262]),
        ('machineDetection="Enable" amdStatusCallback="/amd" asyncAmd="true"', [21263]),
        ('machineDetection="Always" amdStatusCallback="/amd"', [12200]),
        ('machineDetection="Enable" amdStatusCallback="/amd" machineDetectionTimeout="99"', [12200]),
    ],
)
def test_what_the_debugger_says_of_a_number(phones, app, lines, noun, codes):
    app.say("/amd", (204, ""))
    lines.dial("", noun)
    phones.call(ALICE, lines.number.phone_number)
    assert phones.alerts() == codes and phones.state(ALICE) == "bridged"


def test_who_hangs_up_before_is_unknown(phones, app, lines):
    app.say("/amd", (204, ""))
    lines.dial("", 'machineDetection="Enable" amdStatusCallback="/amd"')
    phones.call(ALICE, lines.number.phone_number)
    phones.pass_time(1)
    phones.act(BOB, "hangup")
    assert app.at("/amd")[0].form["AnsweredBy"] == "unknown"
