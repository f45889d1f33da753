"""The command line for calls, phones, the clock and faults, called as a person types it."""

from __future__ import annotations

import pytest

from simulator.__main__ import main
from tests.simulator.conftest import ALICE, BOB


@pytest.fixture
def say(carrier, monkeypatch, capsys):
    monkeypatch.setenv("SIMULATOR_URL", carrier.url)

    def run(*words: str) -> tuple[int, str]:
        code = main(list(words))
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def test_a_call_from_the_first_ring_to_the_last_word(say, lines):
    lines.dial('answerOnBridge="true" action="/act"')
    number, shown = lines.number.phone_number, lines.shown.phone_number
    assert "0.01 telephone seconds" in say("clock", "--speed", "0.01")[1]
    assert say("plan", BOB, "manual")[0] == 0
    code, placed = say("call", ALICE, number)
    assert code == 0 and "ringing" in placed
    assert f"rang, from {shown}" in say("heard", BOB)[1]
    assert "bridged" in say("answer", BOB)[1]
    assert say("say", ALICE, "good morning")[0] == say("keys", BOB, "12")[0] == 0
    before, after = (int(say("clock", *more)[1].split()[-3]) for more in ((), ("--advance", "75")))
    assert 75 <= after - before <= 76
    assert say("hangup", BOB)[0] == 0
    heard = say("heard", BOB)[1]
    assert f"connected, with {shown}" in heard and "heard: good morning" in heard and "completed" in heard
    assert "keys 12" in say("heard", ALICE)[1]
    code, listed = say("calls")
    rows = listed.splitlines()
    assert (code, len(rows)) == (0, 2) and all("completed" in row and "75 s" in row for row in rows)
    assert f"{ALICE} -> {number}" in rows[0] and f"{shown} -> {BOB}" in rows[1]


def test_a_caller_with_details_who_hangs_up(say, app, lines):
    lines.answer('<Response><Say language="es-ES">hola</Say><Pause length="99"/></Response>')
    number = lines.number.phone_number
    code, printed = say("call", ALICE, number, "--talk", "5", "--name", "ANN", "--forwarded", BOB)
    assert code == 0 and "hola" in printed and "es-ES" in printed
    form = app.at("/voice")[0].form
    assert (form["CallerName"], form["ForwardedFrom"]) == ("ANN", BOB)
    say("clock", "--advance", "5")
    assert "5 s" in say("calls")[1]


def test_plans_are_told(say, phones):
    printed = say("plan", BOB, "voicemail", "--name", "Maria", "--delay", "2", "--talk", "9", "--keys", "1")[1]
    assert "voicemail" in printed and "Maria" in printed and "delay 2" in printed
    shown = phones.ask("GET", f"/phones/{BOB}")["plan"]
    assert shown == {"plan": "voicemail", "delay": 2, "talk": 9, "keys": "1", "name": "Maria"}
    with pytest.raises(SystemExit):
        say("plan", BOB, "sing")
    for words in (("plan", BOB, "answer", "--keys", "1x"), ("keys", BOB, "1x")):
        code, printed = say(*words)
        assert code == 2 and "keys must be of a telephone" in printed


def test_what_goes_wrong_is_said_and_told_by_the_exit_code(say, lines):
    code, printed = say("call", ALICE, lines.number.phone_number)
    assert code == 1 and "failed" in printed and "error" in printed
    code, printed = say("call", ALICE, BOB)
    assert code == 2 and "not a number of this carrier" in printed
    code, printed = say("answer", BOB)
    assert code == 2 and "not ringing" in printed
    assert "nothing heard" in say("heard", "+15105550009")[1]
    assert "no calls" not in say("calls")[1]


def test_faults_are_made_listed_and_mended(say, phones):
    assert "nothing" in say("faults")[1]
    phones.faults(refuse={"to": BOB, "code": 30003})
    say("fault", "rest:calls", "refuse", "--code", "21216", "--count", "3", "--method", "POST")
    code, printed = say("fault", "call-status", "delay", "--ms", "50")
    assert code == 0 and "rest:calls refuse 3 times method POST code 21216" in printed
    assert "call-status delay always ms 50" in printed and f"{BOB} is refused with 30003" in printed
    assert "nothing" in say("faults", "--clear")[1]
    code, printed = say("fault", "voice", "429")
    assert code == 2 and "do must be" in printed


def test_the_clocks_speed(say, monkeypatch):
    assert "60 telephone seconds" in say("clock", "--speed", "60")[1]
    monkeypatch.setenv("SIMULATOR_SPEED", "fast")
    code, printed = say("serve", "--account", "AC" + "1" * 32, "--token", "x", "--port", "0")
    assert code == 2 and "SIMULATOR_SPEED" in printed
