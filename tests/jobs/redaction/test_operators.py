"""An operator asks the carrier to delete a text now: `flask redact`."""

from __future__ import annotations

from typing import Any

import pytest

from storage import keys
from tests.jobs.redaction.harness import RedactionHarness
from tests.jobs.redaction.test_faults import due

# Slow: sends and redacts texts at the carrier.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("over", [True, False])
def test_an_operator_asks_for_it(harness: RedactionHarness, over: bool) -> None:
    """Works without `RedactAfter`; a message that is still being sent is redacted once its status is final."""
    conversation = harness.webhooks.open()
    if not over:
        harness.reconciling.drop_webhooks()
    harness.reconciling.text(conversation, "hello")
    one = harness.reconciling.interaction(conversation).sid
    if not over:
        harness.reconciling.post_status(one, next(iter(harness.reconciling.sent_texts(conversation.bob))), "sent")
    outbound = "pending" if over else "-"
    for _ in range(2):
        done = flask(harness, one)
        assert (done.exit_code, done.output) == (0, f"{one}: inbound pending, outbound {outbound}\n")
    assert len([e for e in harness.reconciling.events("interaction.updated") if e.get("redact")]) == 1
    harness.run_job(0)
    assert harness.carrier_texts() == (["", ""] if over else ["", "hello"])
    if not over:
        harness.reconciling.post_status(one, next(iter(harness.reconciling.sent_texts(conversation.bob))), "delivered")
        harness.run_job(0)
    assert harness.states(conversation) == ("redacted", "redacted") and harness.waiting_sids() == []
    assert flask(harness, one).output == f"{one}: inbound redacted, outbound redacted\n"
    assert harness.waiting_sids() == []


def test_what_is_asked_for_now_is_not_put_off(harness: RedactionHarness) -> None:
    """Asking again for the same message does not move its redaction to a later time."""
    conversation = due(harness)
    (inbound, *_) = [
        sid for sid in harness.waiting_sids() if sid not in harness.reconciling.sent_texts(conversation.bob)
    ]
    client: Any = harness.store.client
    key = keys.service("redactions", harness.webhooks.sid)
    before = client.zscore(key, inbound)
    for _ in range(2):
        harness.clock.advance(1)
        flask(harness, harness.reconciling.interaction(conversation).sid)
        assert client.zscore(key, inbound) == before


def test_an_operator_asks_again_after_a_refusal(harness: RedactionHarness) -> None:
    conversation = due(harness)
    harness.refuse(30400)
    harness.run_job(0)
    harness.reconciling.clear_faults()
    flask(harness, harness.reconciling.interaction(conversation).sid)
    assert harness.states(conversation) == ("pending", "pending") and harness.codes(conversation) == (None, None)
    harness.run_job(0)
    assert harness.states(conversation) == ("redacted", "redacted")


def test_an_operator_asks_for_what_is_not_there(harness: RedactionHarness) -> None:
    for words in (("KS" + "0" * 32, "KI" + "0" * 32), (harness.webhooks.sid, "KI" + "0" * 32)):
        found = harness.webhooks.stack.app.test_cli_runner().invoke(args=["redact", *words])
        assert found.exit_code == 1 and "not found" in found.output


def flask(harness: RedactionHarness, interaction: str) -> Any:
    return harness.webhooks.stack.app.test_cli_runner().invoke(args=["redact", harness.webhooks.sid, interaction])
