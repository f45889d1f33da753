"""The command line, as a person types it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from simulator.__main__ import main
from tests.simulator.conftest import ALICE


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
    assert code == 0 and "200" in answer and "thanks" in answer
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
