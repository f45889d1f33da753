"""The simulator's command line, called as a person types it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

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


def test_numbers_then_text_then_inbox(say, app, owned):
    owned[0].update(sms_url=app.say("/sms", "<Response><Message>thanks</Message></Response>"))
    code, listed = say("numbers")
    assert code == 0 and all(n.phone_number in listed for n in owned)
    code, answer = say("text", ALICE, owned[0].phone_number, "hello", "--media", "https://m.example/a.png")
    assert code == 0 and f"answered to {ALICE} as {owned[0].phone_number}: thanks" in answer
    assert owned[0].phone_number in say("inbox", ALICE)[1]
    assert "nothing" in say("inbox", "+15105550009")[1]


def test_what_goes_wrong_is_said_and_told_by_the_exit_code(say, app, owned, monkeypatch):
    code, answer = say("text", ALICE, owned[0].phone_number, "x")
    assert code == 1 and "no SMS webhook" in answer
    owned[0].update(sms_url=app.say("/sms", (500, "")))
    code, answer = say("text", ALICE, owned[0].phone_number, "x")
    assert code == 1 and "HTTP 500" in answer
    code, answer = say("text", ALICE, "+15105550009", "x")
    assert code == 2 and "not a number of this carrier" in answer
    monkeypatch.setenv("SIMULATOR_URL", "http://127.0.0.1:1")
    code, answer = say("numbers")
    assert code == 2 and "python -m simulator serve" in answer


def test_what_became_of_a_text_is_said(say, app, owned):
    relayed = f'<Response><Message to="{BOB}" from="{owned[1].phone_number}">hi</Message></Response>'
    owned[0].update(sms_url=app.say("/sms", relayed))
    code, answer = say("text", ALICE, owned[0].phone_number, "hi")
    assert code == 0 and f"relayed to {BOB} as {owned[1].phone_number}: hi" in answer
    owned[0].update(sms_url=app.say("/silent", "<Response/>"))
    code, answer = say("text", ALICE, owned[0].phone_number, "hi")
    assert code == 0 and "was not relayed: the webhook" in answer


def test_phones_and_clear(say, app, owned):
    assert "no phone" in say("phones")[1]
    owned[0].update(sms_url=app.say("/sms", f'<Response><Message to="{BOB}">hi</Message></Response>'))
    say("text", ALICE, owned[0].phone_number, "hi")
    rows = {line.split()[0]: line for line in say("phones")[1].splitlines()}
    assert rows.keys() == {ALICE, BOB} and "1 texts received" in rows[BOB]
    assert say("clear", BOB)[0] == 0
    assert "nothing" in say("inbox", BOB)[1]
    assert say("clear") == (0, "all inboxes are empty\n")


@pytest.mark.parametrize(
    "words", [("inbox", "nobody"), ("clear", "nobody"), ("inbox", "12.5.x"), ("text", "+1408", BOB, "x")]
)
def test_what_is_no_phone_is_an_error(say, words):
    code, answer = say(*words)
    assert code == 2 and "is not a phone number" in answer


def test_an_inbox_is_followed_until_it_is_interrupted(carrier, app, owned, say):
    owned[0].update(sms_url=app.say("/sms", f'<Response><Message to="{BOB}">one more</Message></Response>'))
    command = [sys.executable, "-m", "simulator", "inbox", BOB, "--follow"]
    environment = {**os.environ, "SIMULATOR_URL": carrier.url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(2):
            say("text", ALICE, owned[0].phone_number, "hi")
            assert process.stdout.readline().endswith("one more\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_serving_needs_an_account(say):
    code, answer = say("serve", "--account", "AC1", "--token", "x", "--port", "0")
    assert code == 2 and "TWILIO_ACCOUNT_SID" in answer


def test_serving_until_it_is_told_to_stop(tmp_path):
    environment = {**os.environ, "TWILIO_ACCOUNT_SID": "AC" + "c" * 32, "TWILIO_AUTH_TOKEN": "t"}
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--numbers", "3", "--state"]
    with subprocess.Popen(
        [*command, str(tmp_path / "s.json")], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert url
        listed = subprocess.run(
            [sys.executable, "-m", "simulator", "numbers"],
            env={**environment, "SIMULATOR_URL": url[0]}, capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        process.terminate()
        assert process.wait(20) == 0
    assert len(listed.stdout.splitlines()) == 3
