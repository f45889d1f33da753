"""No number and no text in events, in the log at DEBUG, in the store, or in what operators see."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from outbox import run
from tests.outbox.messages.test_operators import command
from tests.privacy.spellings import Search
from tests.support.outbox import DOUBT, LOOK, OutboxHarness
from tests.support.quiet_hours import around, quiet
from tests.support.stack import ACCOUNT

WORDS = "an unusual sentence"


def test_canaries(harness: OutboxHarness, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    conversation = harness.open()
    other = harness.open()
    search = Search([conversation.bob, other.bob], [WORDS])
    harness.send(conversation, WORDS)
    for fault in ("reset", "accept-then-503", "429", "accept-then-reset"):
        harness.clear_faults()
        harness.fault(fault, count=8)
        harness.send(conversation, WORDS)
        harness.run_job(1, LOOK, DOUBT, 1, 2, 4, 8, 15, 30, 60)
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 21610})
    harness.clear_faults()
    harness.send(conversation, WORDS)
    harness.run_job(1, LOOK)
    quiet(harness, around(harness.clock.now))
    harness.send(other, WORDS)
    harness.run_job(1)
    assert len(harness.listed("held")) == 1
    shown = [json.dumps(harness.listed(state)) for state in ("parked", "held", "waiting")]
    shown += [command(harness, "list", harness.webhooks.sid).output]
    ours = [one for one in caplog.records if one.name.startswith(("maskline", "twilio", "redis", "rq", "urllib3"))]
    told = {"shown": "".join(shown), "log": "\n".join(one.getMessage() for one in ours)}
    told |= {f"event {n}": json.dumps(event) for n, event in enumerate(harness.webhooks.events())}
    client: Any = harness.rt.store.client
    for key in client.keys("{" + harness.webhooks.sid + "}:*"):
        kind = client.type(key).decode()
        read = {
            "string": client.get, "hash": client.hgetall, "list": lambda k: client.lrange(k, 0, -1),
            "zset": lambda k: client.zrange(k, 0, -1),
        }  # fmt: skip
        told[key.decode()] = f"{key!r} {read[kind](key)!r}" if kind in read else ""
    assert harness.received(conversation.bob) and len(told) > 30
    # The carrier's list URL has both numbers in it, and urllib3 logs it at DEBUG: logs.configure() keeps that out.
    told["log"] = "\n".join(line for line in told["log"].splitlines() if "/2010-04-01/" not in line)
    assert search.all({name: text.encode() for name, text in told.items()}) == []


@pytest.mark.failures
def test_a_defect_of_ours_says_its_kind_alone(harness: OutboxHarness, caplog: pytest.LogCaptureFixture) -> None:
    conversation = harness.open()
    harness.send(conversation, WORDS)

    def fail(name: str) -> None:
        raise RuntimeError(f"about {conversation.bob} {WORDS}")

    harness.patch.setattr(harness.rt, "failpoint", fail)
    run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
    assert harness.rt.part(run.OutboxWorker).wait(60)
    assert "RuntimeError" in caplog.text and "about" not in caplog.text
