"""The URLs of one Interaction stay good as long as it exists: a request that is sent again later changes nothing."""

from __future__ import annotations

import pytest

from common.sids import new
from tests.relay.calls.test_forgeries import MAKERS, TOKENED
from tests.support.calls import CallsHarness
from tests.support.telephones import act
from tests.support.webhooks import Conversation

DAY = 86_400


@pytest.mark.parametrize("purpose", TOKENED)
def test_a_request_about_a_call_that_is_over(harness: CallsHarness, conversation: Conversation, purpose: str) -> None:
    hook = MAKERS[purpose](harness, conversation, purpose)
    first = harness.post(hook.form, hook.url)
    assert first.status_code == 200
    for status in ("in-progress", "completed"):
        harness.post_status(hook.sid, harness.child_form(conversation, status, new("CA")))
    if purpose in ("connect", "placed"):
        act(harness, conversation.bob, "hangup")
        form = {**hook.form, "CallStatus": "completed"}
        harness.post_status(hook.sid, form, "placed")
    conversation.session.update(status="closed")
    before, count = harness.interactions(conversation), harness.writes()[1]
    for _ in range(3):
        harness.time.advance(DAY)
        again = harness.post(hook.form, hook.url)
        assert again.status_code == 200
    # Until then whoever is to be connected gets the same answer again, as when the carrier repeats a request.
    assert conversation.alice not in again.text and conversation.bob not in again.text
    assert harness.interactions(conversation) == before and harness.writes()[1] == count


def test_the_status_of_a_text_only_moves_forward(harness: CallsHarness, conversation: Conversation) -> None:
    harness.text(conversation.alice, conversation.alices, "hello")
    (one,) = harness.interactions(conversation)
    assert one["outbound_resource_status"] == "delivered"
    sid = one["outbound_resource_sid"]
    for status in ("sent", "delivered", "sent"):
        form = {"AccountSid": one["account_sid"], "MessageSid": sid, "MessageStatus": status}
        harness.time.advance(3 * DAY)
        assert harness.post(form, harness.status_url(one["sid"])).status_code == 200
    assert harness.interactions(conversation) == [one]
