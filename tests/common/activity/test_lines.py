"""One log line for each action with its name, result, duration and Maskline's SIDs, never a phone number."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from common import activity
from common.logs import _formatter
from tests.support.deliveries import DeliveriesHarness
from tests.support.outbox import OutboxHarness
from tests.support.webhooks import WebhookHarness

#: Seven digits in a row that are not part of a SID.
NUMBER = re.compile(r"(?<![0-9a-zA-Z])\+?[0-9]{7,15}(?![0-9a-zA-Z])")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """The facts of each line so far. Checks that no line, in either format, holds a phone number."""
    caplog.set_level(logging.INFO, "maskline.activity")

    def read() -> list[dict[str, Any]]:
        found = [record for record in caplog.records if record.name == "maskline.activity"]
        for record in found:
            for shape in ("text", "json"):
                assert not NUMBER.search(re.sub(r"^\S+ \S+", "", _formatter(shape).format(record)))
        return [vars(record)["facts"] for record in found]

    return read


def only(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]


def test_a_relayed_text_and_its_status(webhooks: WebhookHarness, lines: Lines) -> None:
    conversation = webhooks.open()
    webhooks.text(conversation.alice, conversation.alices, "hello")
    [interaction] = conversation.session.interactions.list()
    [message] = only(lines(), "message")
    assert (message["outcome"], message["service"], message["interaction"]) == (
        "relayed",
        webhooks.sid,
        interaction.sid,
    )
    assert message["ms"] > 0
    statuses = only(lines(), "status")
    assert {one["interaction"] for one in statuses} == {interaction.sid}
    assert statuses[-1]["outcome"] == "delivered"
    assert statuses[-1]["session"] == interaction.session_sid


def test_what_is_not_relayed_says_why(webhooks: WebhookHarness, lines: Lines) -> None:
    webhooks.text(webhooks.new_person(), webhooks.pool[0], "who is there?")
    [message] = only(lines(), "message")
    assert (message["outcome"], message["reason"]) == ("refused", "unknown")


def test_a_call(webhooks: WebhookHarness, lines: Lines) -> None:
    conversation = webhooks.open()
    webhooks.sim("POST", "/call?wait=1", **{"from": conversation.alice, "to": conversation.alices, "talk": 1})
    [call] = only(lines(), "call")
    assert call["outcome"] == "relayed" and call["interaction"].startswith("KI")
    assert {one["interaction"] for one in only(lines(), "status")} == {call["interaction"]}


def test_what_the_app_sends(outbox: OutboxHarness, lines: Lines) -> None:
    conversation = outbox.open()
    made = outbox.send(conversation, "hello")
    outbox.run_job(1)
    [message] = only(lines(), "message")
    assert (message["outcome"], message["interaction"]) == ("queued for the app", made.sid)
    [sent] = only(lines(), "send")
    assert (sent["outcome"], sent["interaction"]) == ("sent", made.sid)


def test_what_the_app_is_told(deliveries: DeliveriesHarness, lines: Lines) -> None:
    deliveries.subscribe()
    conversation = deliveries.open()
    deliveries.webhooks.text(conversation.alice, conversation.alices, "hello")
    deliveries.run_job()
    told = only(lines(), "callback")
    assert told and {one["outcome"] for one in told} == {"delivered"}
    assert all(one["delivery"].startswith("DL") and one["status"] == 200 for one in told)
    assert "session.opened" in {one["type"] for one in only(lines(), "event")}


def test_a_block_is_told_once(webhooks: WebhookHarness, lines: Lines) -> None:
    runner = webhooks.stack.app.test_cli_runner()
    for act in ("add", "add", "remove"):
        assert runner.invoke(args=["block", act, webhooks.sid, "--number", webhooks.pool[0]]).exit_code == 0
    outcomes = [(one["outcome"], one["scope"]) for one in only(lines(), "block")]
    assert outcomes == [("set", "number"), ("removed", "number")]


@pytest.fixture
def record(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    caplog.set_level(logging.INFO, "maskline.activity")
    activity.report("message", "relayed", service="KS1", interaction=None, code=0)
    return caplog.records[-1]


def test_text(record: logging.LogRecord) -> None:
    line = _formatter("text").format(record)
    assert line.endswith("Z INFO maskline.activity message relayed service=KS1 code=0")


def test_times_are_in_utc(record: logging.LogRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the machine is: an hour that a clock shows twice would be ambiguous."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        lines = [_formatter("text").format(record).split()[0], json.loads(_formatter("json").format(record))["time"]]
    finally:
        monkeypatch.undo()
        time.tzset()
    for line in lines:
        moment = datetime.fromisoformat(line)
        assert moment.utcoffset() == timedelta(0)
        assert abs(moment.timestamp() - record.created) < 0.01


def test_json(record: logging.LogRecord) -> None:
    line = json.loads(_formatter("json").format(record))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO", "logger": "maskline.activity", "message": "message relayed", "event": "message",
        "outcome": "relayed", "service": "KS1", "code": 0,
    }  # fmt: skip
