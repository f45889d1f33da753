"""Whatever the carrier answers and whichever process dies, a text is redacted or shown as refused, never forgotten."""

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
from jobs.redaction import response
from tests.jobs.redaction.harness import LEASE, PAST, RedactionHarness
from tests.support.faulty_carrier import carrier_with
from tests.support.stack import ACCOUNT

# Slow: tests each refusal and each fault of the carrier, with all retries.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]
#: Seconds that are longer than the first delay with any jitter, and longer than the longest delay.
SOON, LONGEST = 301, 21_601


class Died(Exception):
    """Raised at a failpoint: the thread ends and settles no claim."""


def due(harness: RedactionHarness) -> Any:
    """Sends a text and advances the clock until its redaction is due."""
    harness.turn_on()
    conversation = harness.webhooks.open()
    harness.reconciling.text(conversation, "hello")
    harness.clock.advance(PAST)
    return conversation


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_what_was_not_done_is_tried_until_it_is(harness: RedactionHarness, do: str) -> None:
    conversation = due(harness)
    harness.reconciling.fault(("rest:messages", do), method="POST")
    harness.run_job(0, *[SOON] * 30)
    assert harness.carrier_texts() == ["hello"] * 2 and harness.states(conversation) == ("pending", "pending")
    harness.reconciling.clear_faults()
    harness.run_job(901)
    assert harness.carrier_texts() == [""] * 2 and harness.states(conversation) == ("redacted", "redacted")
    assert harness.waiting_sids() == []


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-500", "accept-then-503"])
def test_what_was_done_unheard_is_done_again(harness: RedactionHarness, do: str) -> None:
    conversation = due(harness)
    harness.reconciling.fault(("rest:messages", do), method="POST")
    harness.run_job(0)
    assert "" in harness.carrier_texts() and "redacted" not in harness.states(conversation)
    harness.reconciling.clear_faults()
    harness.run_job(LEASE)
    assert harness.carrier_texts() == [""] * 2 and harness.states(conversation) == ("redacted", "redacted")


def test_each_wait_is_longer(harness: RedactionHarness) -> None:
    """A retry runs once its delay has passed, and not before."""
    due(harness)
    asked = 0

    def count(method: str, path: str) -> dict[str, Any] | None:
        nonlocal asked
        asked += method == "POST" and path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages/")
        return {"code": 20009, "message": "not complete", "status": 409} if method == "POST" else None

    with carrier_with(harness.webhooks.stack, count):
        counts = []
        for seconds in (0, 40, 21, 200, 101, 700, 201):
            harness.run_job(seconds)
            counts.append(asked)
    assert counts == [2, 2, 4, 4, 6, 6, 8]


@pytest.mark.parametrize("code", [20009, 20409, 20003, 20429])
def test_refusals_of_what_may_be_done_later(harness: RedactionHarness, code: int) -> None:
    conversation = due(harness)
    status = {20003: 401, 20429: 429}.get(code, 409)
    refusing: Any = {"code": code, "message": "no", "status": status}
    with carrier_with(
        harness.webhooks.stack, lambda how, path: refusing if how == "POST" and "/Messages/" in path else None
    ):
        harness.run_job(0, *[LONGEST] * 20)
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(LONGEST)
    assert harness.states(conversation) == ("redacted", "redacted")


@pytest.mark.parametrize("code", [30400, 20001])
def test_other_refusals_are_final_and_shown(harness: RedactionHarness, code: int) -> None:
    conversation = due(harness)
    harness.refuse(code)
    harness.run_job(0)
    assert harness.states(conversation) == ("refused", "refused") and harness.codes(conversation) == (code, code)
    assert harness.waiting_sids() == [] and harness.carrier_texts() == ["hello"] * 2
    assert [e["code"] for e in harness.reconciling.events("message.redaction_refused")] == [code] * 2


def test_what_was_deleted_there_has_no_text(harness: RedactionHarness) -> None:
    conversation = due(harness)
    for one in harness.webhooks.client.messages.list():
        one.delete()
    harness.run_job(0)
    assert harness.states(conversation) == ("redacted", "redacted") and harness.codes(conversation) == (20404, 20404)
    assert harness.waiting_sids() == []


def test_a_carrier_that_cannot_do_it(harness: RedactionHarness) -> None:
    """A 404 without the carrier's code for a missing message does not prove that the text is gone."""
    conversation = due(harness)
    nowhere: Any = {"message": "no such page", "status": 404}
    with carrier_with(harness.webhooks.stack, lambda how, path: nowhere if "/Messages/" in path else None):
        harness.run_job(0)
    assert harness.states(conversation) == ("refused", "refused") and harness.carrier_texts() == ["hello"] * 2


def test_nothing_is_tried_for_ever_that_the_carrier_will_not_do() -> None:
    error = CarrierError("x", status=409, code=20009)
    assert response.result_of(error, response.MAX_TRIES - 1).outcome == "again"
    assert response.result_of(error, response.MAX_TRIES) == Result("refused", {"code": 20009})
    assert response.result_of(CarrierError("x", status=503, retryable=True), 10_000).outcome == "again"
    days = (
        sum(response.INCOMPLETE_DELAYS)
        + response.INCOMPLETE_DELAYS[-1] * (response.MAX_TRIES - len(response.INCOMPLETE_DELAYS))
    ) / 86_400
    assert 14 < days * (1 - response.JITTER) < days < 32


def test_a_carrier_that_says_yes_and_keeps_it(harness: RedactionHarness) -> None:
    conversation = due(harness)
    (sid,) = harness.reconciling.sent_texts(conversation.bob)
    kept: Any = {
        "sid": sid,
        "body": "hello",
        "direction": "outbound-reply",
        "from": conversation.bobs,
        "to": conversation.bob,
    }
    with carrier_with(
        harness.webhooks.stack, lambda how, path: kept if how == "POST" and "/Messages/" in path else None
    ):
        harness.run_job(0)
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(SOON)
    assert harness.states(conversation) == ("redacted", "redacted")


def test_a_busy_carrier_is_left_alone(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    for n in range(12):
        harness.reconciling.text(conversation, f"number {n}")
    harness.clock.advance(PAST)
    asked = 0

    def count(method: str, path: str) -> dict[str, Any] | None:
        nonlocal asked
        if method != "POST" or "/Messages/" not in path:
            return None
        asked += 1
        return {"code": 20429, "message": "Too Many Requests", "status": 429}

    with carrier_with(harness.webhooks.stack, count):
        harness.run_job(0)
    assert 1 <= asked <= 8 and len(harness.waiting_sids()) == 24
    harness.run_job(LEASE)
    assert harness.waiting_sids() == [] and set(harness.carrier_texts()) == {""}


@pytest.mark.failures
def test_who_dies_before_the_note_leaves_it_to_the_next(harness: RedactionHarness) -> None:
    conversation = due(harness)
    rt = harness.webhooks.stack.runtime

    def die(name: str) -> None:
        if name == "after_redact":
            raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", die)
        harness.run_job(0)
    assert harness.carrier_texts() == ["", ""] and harness.states(conversation) == ("pending", "pending")
    harness.run_job(LEASE - 2)
    assert harness.states(conversation) == ("pending", "pending")
    harness.run_job(2)
    assert (
        harness.states(conversation) == ("redacted", "redacted")
        and len(harness.reconciling.events("message.redacted")) == 2
    )


def test_a_killed_worker_leaves_nothing_undone(harness: RedactionHarness) -> None:
    """Kills the worker with SIGKILL after the carrier's answer and before the result is stored."""
    conversation = due(harness)
    program = (
        "import os, signal, sys\n"
        "from common import config\n"
        "from jobs.redaction.run import redact_service\n"
        "from common.assembly import build\n"
        "rt = build(config.load(os.environ), lambda: int(sys.argv[1]))\n"
        "rt.failpoint = lambda name: os.kill(os.getpid(), signal.SIGKILL)\n"
        "redact_service(rt, sys.argv[2], sys.argv[3])\n"
    )
    command = [sys.executable, "-c", program, str(harness.clock.now), harness.webhooks.sid, ACCOUNT]
    environ = {**os.environ, **harness.webhooks.stack.environment}
    assert subprocess.run(command, cwd=ROOT, env=environ, check=False, timeout=60).returncode == -signal.SIGKILL
    assert (
        "" in harness.carrier_texts()
        and "redacted" not in harness.states(conversation)
        and len(harness.waiting_sids()) == 2
    )
    harness.run_job(LEASE)
    assert harness.carrier_texts() == ["", ""] and harness.states(conversation) == ("redacted", "redacted")
    assert harness.waiting_sids() == [] and len(harness.reconciling.events("message.redacted")) == 2


def test_several_jobs_at_once(harness: RedactionHarness) -> None:
    harness.turn_on()
    conversation = harness.webhooks.open()
    for n in range(10):
        harness.reconciling.text(conversation, f"number {n}")
    harness.clock.advance(PAST)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: recurring.redact(), range(4)))
    assert harness.waiting_sids() == [] and set(harness.carrier_texts()) == {""}
    assert len(harness.reconciling.events("message.redacted")) == 20


def test_a_late_worker_does_not_undo_what_another_did(harness: RedactionHarness) -> None:
    """A worker's try fails after its claim expired and another worker redacted the text: it stays redacted."""
    conversation = due(harness)
    rt = harness.webhooks.stack.runtime
    held: list[Any] = []

    def overtaken(name: str) -> None:
        if not held:
            held.append(name)
            harness.reconciling.clear_faults()
            harness.clock.advance(LEASE)
            recurring.redact()

    harness.reconciling.fault(("rest:messages", "500"), method="POST", count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", overtaken)
        harness.run_job(0)
    assert held and harness.states(conversation) == ("redacted", "redacted") and harness.waiting_sids() == []
