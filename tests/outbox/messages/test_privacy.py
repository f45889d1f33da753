"""No number and no text in events, in the log at DEBUG, in the store, or in what operators see."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from outbox import run
from tests.outbox.messages.night import around, quiet
from tests.outbox.messages.office import DOUBT, LOOK, Office
from tests.outbox.messages.test_operators import command
from tests.privacy.spellings import Search
from tests.support.stack import ACCOUNT

WORDS = "an unusual sentence"


def test_canaries(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    talk = office.open()
    other = office.open()
    search = Search([talk.bob, other.bob], [WORDS])
    office.send(talk, WORDS)
    for fault in ("reset", "accept-then-503", "429", "accept-then-reset"):
        office.mend()
        office.fault(fault, count=8)
        office.send(talk, WORDS)
        office.work(1, LOOK, DOUBT, 1, 2, 4, 8, 15, 30, 60)
    office.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 21610})
    office.mend()
    office.send(talk, WORDS)
    office.work(1, LOOK)
    quiet(office, around(office.clock.now))
    office.send(other, WORDS)
    office.work(1)
    assert len(office.listed("held")) == 1
    shown = [json.dumps(office.listed(state)) for state in ("parked", "held", "waiting")]
    shown += [command(office, "list", office.scene.sid).output]
    ours = [one for one in caplog.records if one.name.startswith(("maskline", "twilio", "redis", "rq", "urllib3"))]
    told = {"shown": "".join(shown), "log": "\n".join(one.getMessage() for one in ours)}
    told |= {f"event {n}": json.dumps(event) for n, event in enumerate(office.scene.events())}
    client: Any = office.rt.store.client
    for key in client.keys("{" + office.scene.sid + "}:*"):
        kind = client.type(key).decode()
        read = {
            "string": client.get, "hash": client.hgetall, "list": lambda k: client.lrange(k, 0, -1),
            "zset": lambda k: client.zrange(k, 0, -1),
        }  # fmt: skip
        told[key.decode()] = f"{key!r} {read[kind](key)!r}" if kind in read else ""
    assert office.told(talk.bob) and len(told) > 30
    # The carrier's address of a list names both numbers, and urllib3 says it at DEBUG: logs.configure() keeps that out.
    told["log"] = "\n".join(line for line in told["log"].splitlines() if "/2010-04-01/" not in line)
    assert search.all({name: text.encode() for name, text in told.items()}) == []


@pytest.mark.failures
def test_a_defect_of_ours_says_its_kind_alone(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    talk = office.open()
    office.send(talk, WORDS)

    def fail(name: str) -> None:
        raise RuntimeError(f"about {talk.bob} {WORDS}")

    office.patch.setattr(office.rt, "failpoint", fail)
    run.send_due(office.rt, office.scene.sid, ACCOUNT)
    assert office.rt.part(run.OutboxWorker).wait(60)
    assert "RuntimeError" in caplog.text and "about" not in caplog.text
