"""What the carrier may answer, and who may die: a text is emptied, or it is said why not; it is never forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from common.claim_worker import Result
from common.errors import CarrierError
from jobs import recurring
from jobs.redaction import verdict
from storage import keys
from tests.jobs.redaction.shredder import LEASE, PAST, Shredder
from tests.proxy.webhooks.faulty import carrier_with
from tests.support.stack import ACCOUNT

# Slow: plays each refusal and each fault of the carrier, with all retries.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]
#: Beyond the first delay, whatever the jitter, and beyond the longest.
SOON, LONGEST = 301, 21_601


class Died(Exception):
    """What a failpoint raises: the thread ends, and settles nothing."""


def due(shredder: Shredder) -> Any:
    """A message whose time has come."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.text(talk, "hello")
    shredder.clock.advance(PAST)
    return talk


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_what_was_not_done_is_tried_until_it_is(shredder: Shredder, do: str) -> None:
    talk = due(shredder)
    shredder.fault(("rest:messages", do), method="POST")
    shredder.work(0, *[SOON] * 30)
    assert shredder.texts() == ["hello"] * 2 and shredder.states(talk) == ("pending", "pending")
    shredder.mend()
    shredder.work(901)
    assert shredder.texts() == [""] * 2 and shredder.states(talk) == ("redacted", "redacted")
    assert shredder.left() == []


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-500", "accept-then-503"])
def test_what_was_done_unheard_is_done_again(shredder: Shredder, do: str) -> None:
    talk = due(shredder)
    shredder.fault(("rest:messages", do), method="POST")
    shredder.work(0)
    assert "" in shredder.texts() and "redacted" not in shredder.states(talk)
    shredder.mend()
    shredder.work(LEASE)
    assert shredder.texts() == [""] * 2 and shredder.states(talk) == ("redacted", "redacted")


def test_each_wait_is_longer(shredder: Shredder) -> None:
    """It is tried when its time has come, and not before."""
    due(shredder)
    asked = 0

    def count(method: str, path: str) -> dict[str, Any] | None:
        nonlocal asked
        asked += method == "POST" and path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages/")
        return {"code": 20009, "message": "not complete", "status": 409} if method == "POST" else None

    with carrier_with(shredder.scene.stack, count):
        counts = []
        for seconds in (0, 40, 21, 200, 101, 700, 201):
            shredder.work(seconds)
            counts.append(asked)
    assert counts == [2, 2, 4, 4, 6, 6, 8]


@pytest.mark.parametrize("code", [20009, 20409, 20003, 20429])
def test_refusals_of_what_may_be_done_later(shredder: Shredder, code: int) -> None:
    talk = due(shredder)
    status = {20003: 401, 20429: 429}.get(code, 409)
    refusing: Any = {"code": code, "message": "no", "status": status}
    with carrier_with(
        shredder.scene.stack, lambda how, path: refusing if how == "POST" and "/Messages/" in path else None
    ):
        shredder.work(0, *[LONGEST] * 20)
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(LONGEST)
    assert shredder.states(talk) == ("redacted", "redacted")


@pytest.mark.parametrize("code", [30400, 20001])
def test_other_refusals_are_final_and_shown(shredder: Shredder, code: int) -> None:
    talk = due(shredder)
    shredder.refuse(code)
    shredder.work(0)
    assert shredder.states(talk) == ("refused", "refused") and shredder.codes(talk) == (code, code)
    assert shredder.left() == [] and shredder.texts() == ["hello"] * 2
    assert [e["code"] for e in shredder.events("message.redaction_refused")] == [code] * 2


def test_what_was_deleted_there_has_no_text(shredder: Shredder) -> None:
    talk = due(shredder)
    for one in shredder.scene.client.messages.list():
        one.delete()
    shredder.work(0)
    assert shredder.states(talk) == ("redacted", "redacted") and shredder.codes(talk) == (20404, 20404)
    assert shredder.left() == []


def test_a_carrier_that_cannot_do_it(shredder: Shredder) -> None:
    """A 404 that does not speak of the message says nothing of its text."""
    talk = due(shredder)
    nowhere: Any = {"message": "no such page", "status": 404}
    with carrier_with(shredder.scene.stack, lambda how, path: nowhere if "/Messages/" in path else None):
        shredder.work(0)
    assert shredder.states(talk) == ("refused", "refused") and shredder.texts() == ["hello"] * 2


def test_nothing_is_tried_for_ever_that_the_carrier_will_not_do() -> None:
    error = CarrierError("x", status=409, code=20009)
    assert verdict.of(error, verdict.MOST_TRIES - 1).outcome == "again"
    assert verdict.of(error, verdict.MOST_TRIES) == Result("refused", {"code": 20009})
    assert verdict.of(CarrierError("x", status=503, retryable=True), 10_000).outcome == "again"
    days = (sum(verdict.WAITING) + verdict.WAITING[-1] * (verdict.MOST_TRIES - len(verdict.WAITING))) / 86_400
    assert 14 < days * (1 - verdict.JITTER) < days < 32


def test_a_carrier_that_says_yes_and_keeps_it(shredder: Shredder) -> None:
    talk = due(shredder)
    (sid,) = shredder.sent(talk.bob)
    kept: Any = {"sid": sid, "body": "hello", "direction": "outbound-reply", "from": talk.bobs, "to": talk.bob}
    with carrier_with(shredder.scene.stack, lambda how, path: kept if how == "POST" and "/Messages/" in path else None):
        shredder.work(0)
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(SOON)
    assert shredder.states(talk) == ("redacted", "redacted")


def test_a_busy_carrier_is_left_alone(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    for n in range(12):
        shredder.text(talk, f"number {n}")
    shredder.clock.advance(PAST)
    asked = 0

    def count(method: str, path: str) -> dict[str, Any] | None:
        nonlocal asked
        if method != "POST" or "/Messages/" not in path:
            return None
        asked += 1
        return {"code": 20429, "message": "Too Many Requests", "status": 429}

    with carrier_with(shredder.scene.stack, count):
        shredder.work(0)
    assert 1 <= asked <= 8 and len(shredder.left()) == 24
    shredder.work(LEASE)
    assert shredder.left() == [] and set(shredder.texts()) == {""}


@pytest.mark.failures
def test_who_dies_before_the_note_leaves_it_to_the_next(shredder: Shredder) -> None:
    talk = due(shredder)
    rt = shredder.scene.stack.runtime

    def die(name: str) -> None:
        if name == "after_redact":
            raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", die)
        shredder.work(0)
    assert shredder.texts() == ["", ""] and shredder.states(talk) == ("pending", "pending")
    shredder.work(LEASE - 2)
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(2)
    assert shredder.states(talk) == ("redacted", "redacted") and len(shredder.events("message.redacted")) == 2


def test_a_killed_worker_leaves_nothing_undone(shredder: Shredder) -> None:
    """kill -9 between the carrier's answer and our note of it."""
    talk = due(shredder)
    program = (
        "import os, signal, sys\n"
        "from common import config\n"
        "from jobs.redaction.run import redact_service\n"
        "from common.assembly import build\n"
        "rt = build(config.load(os.environ), lambda: int(sys.argv[1]))\n"
        "rt.failpoint = lambda name: os.kill(os.getpid(), signal.SIGKILL)\n"
        "redact_service(rt, sys.argv[2], sys.argv[3])\n"
    )
    command = [sys.executable, "-c", program, str(shredder.clock.now), shredder.scene.sid, ACCOUNT]
    environ = {**os.environ, **shredder.scene.stack.environment}
    assert subprocess.run(command, cwd=ROOT, env=environ, check=False, timeout=60).returncode == -signal.SIGKILL
    assert "" in shredder.texts() and "redacted" not in shredder.states(talk) and len(shredder.left()) == 2
    shredder.work(LEASE)
    assert shredder.texts() == ["", ""] and shredder.states(talk) == ("redacted", "redacted")
    assert shredder.left() == [] and len(shredder.events("message.redacted")) == 2


def test_several_jobs_at_once(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    for n in range(10):
        shredder.text(talk, f"number {n}")
    shredder.clock.advance(PAST)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: recurring.redact(), range(4)))
    assert shredder.left() == [] and set(shredder.texts()) == {""}
    assert len(shredder.events("message.redacted")) == 20


def test_a_late_worker_does_not_undo_what_another_did(shredder: Shredder) -> None:
    """Its own try failed after its claim was over: the text is empty all the same."""
    talk = due(shredder)
    rt = shredder.scene.stack.runtime
    held: list[Any] = []

    def overtaken(name: str) -> None:
        if not held:
            held.append(name)
            shredder.mend()
            shredder.clock.advance(LEASE)
            recurring.redact()

    shredder.fault(("rest:messages", "500"), method="POST", count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", overtaken)
        shredder.work(0)
    assert held and shredder.states(talk) == ("redacted", "redacted") and shredder.left() == []


@pytest.mark.parametrize("over", [True, False])
def test_an_operator_asks_for_it(shredder: Shredder, over: bool) -> None:
    """Whatever the Service says; what is under way follows when it is over."""
    talk = shredder.scene.open()
    if not over:
        shredder.silence()
    shredder.text(talk, "hello")
    one = shredder.one(talk).sid
    if not over:
        shredder.tell(one, next(iter(shredder.sent(talk.bob))), "sent")
    outbound = "pending" if over else "-"
    for _ in range(2):
        done = flask(shredder, one)
        assert (done.exit_code, done.output) == (0, f"{one}: inbound pending, outbound {outbound}\n")
    assert len([e for e in shredder.events("interaction.updated") if e.get("redact")]) == 1
    shredder.work(0)
    assert shredder.texts() == (["", ""] if over else ["", "hello"])
    if not over:
        shredder.tell(one, next(iter(shredder.sent(talk.bob))), "delivered")
        shredder.work(0)
    assert shredder.states(talk) == ("redacted", "redacted") and shredder.left() == []
    assert flask(shredder, one).output == f"{one}: inbound redacted, outbound redacted\n"
    assert shredder.left() == []


def test_what_is_asked_for_now_is_not_put_off(shredder: Shredder) -> None:
    """By a second look at the same message, that would be due later."""
    talk = due(shredder)
    (inbound, *_) = [sid for sid in shredder.left() if sid not in shredder.sent(talk.bob)]
    client: Any = shredder.store.client
    key = keys.service("redactions", shredder.scene.sid)
    before = client.zscore(key, inbound)
    for _ in range(2):
        shredder.clock.advance(1)
        flask(shredder, shredder.one(talk).sid)
        assert client.zscore(key, inbound) == before


def test_an_operator_asks_again_after_a_refusal(shredder: Shredder) -> None:
    talk = due(shredder)
    shredder.refuse(30400)
    shredder.work(0)
    shredder.mend()
    flask(shredder, shredder.one(talk).sid)
    assert shredder.states(talk) == ("pending", "pending") and shredder.codes(talk) == (None, None)
    shredder.work(0)
    assert shredder.states(talk) == ("redacted", "redacted")


def test_an_operator_asks_for_what_is_not_there(shredder: Shredder) -> None:
    for words in (("KS" + "0" * 32, "KI" + "0" * 32), (shredder.scene.sid, "KI" + "0" * 32)):
        found = shredder.scene.stack.app.test_cli_runner().invoke(args=["redact", *words])
        assert found.exit_code == 1 and "not found" in found.output


def flask(shredder: Shredder, interaction: str) -> Any:
    return shredder.scene.stack.app.test_cli_runner().invoke(args=["redact", shredder.scene.sid, interaction])
