"""What the carrier reports about a relayed message: the action webhook at once, status callbacks later."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from common.sids import new
from storage import keys
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, WebhookHarness

GOOD = ["queued", "sending", "sent", "delivered"]
BAD = ["queued", "sent", "undelivered"]


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    return harness.open()


@pytest.fixture(scope="module")
def common(harness: WebhookHarness) -> Conversation:
    return harness.open()


def relayed(harness: WebhookHarness, conversation: Conversation) -> Any:
    """The Interaction of a message that the carrier has not reported on yet."""
    form = harness.message_form(conversation.alice, conversation.alices, "hello")
    assert harness.post(form).status_code == 200
    return next(i for i in conversation.session.interactions.list() if i.inbound_resource_sid == form["MessageSid"])


def tell(harness: WebhookHarness, interaction: str, message: str, status: str, **more: Any) -> int:
    form = {"AccountSid": ACCOUNT, "MessageSid": message, "MessageStatus": status, "SmsStatus": status}
    if status == "undelivered":
        form["ErrorCode"] = "30003"
    return harness.post(form, url=harness.status_url(interaction, **more)).status_code


def test_by_the_carrier_itself(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.sim("POST", "/reset")
    harness.text(conversation.alice, conversation.alices, "hello")
    (one,) = conversation.session.interactions.list()
    posted = harness.sim("GET", "/requests")["requests"]
    assert {entry["kind"] for entry in posted} == {"message", "action", "status"}
    assert {entry["status"] for entry in posted} == {200}
    (outbound,) = {entry["params"]["MessageSid"] for entry in posted if entry["kind"] != "message"}
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (outbound, "delivered")
    assert one.outbound_resource_type == "message"


@pytest.mark.parametrize("code, status", [(30003, "undelivered"), (21610, "failed")])
def test_a_refusal_of_the_carrier(harness: WebhookHarness, conversation: Conversation, code: int, status: str) -> None:
    """The action webhook already reports 21610; 30003 comes later."""
    harness.sim("POST", "/faults", refuse={"to": conversation.bob, "code": code})
    harness.text(conversation.alice, conversation.alices, "hello")
    (one,) = conversation.session.interactions.list()
    assert one.outbound_resource_status == status
    updates = [e["d"] for e in harness.events() if e["t"] == "interaction.updated" and e["d"]["sid"] == one.sid]
    assert updates[-1]["outbound"]["code"] == code


def test_the_interaction_follows_the_last_part(harness: WebhookHarness, conversation: Conversation) -> None:
    harness.text(conversation.alice, conversation.alices, "x" * 2000)
    assert [len(body) for _, body in harness.inbox(conversation.bob)] == [1500, 500]
    (one,) = conversation.session.interactions.list()
    assert one.outbound_resource_status == "delivered"


@settings(max_examples=30, deadline=None)
@given(data=st.data(), told=st.sampled_from([GOOD, BAD]))
def test_in_any_order_and_doubled(
    harness: WebhookHarness, common: Conversation, data: st.DataObject, told: list[str]
) -> None:
    one, message = relayed(harness, common), new("SM")
    for status in data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=3)))):
        assert tell(harness, one.sid, message, status) == 200
    found = common.session.interactions(one.sid).fetch()
    assert (found.outbound_resource_sid, found.outbound_resource_status) == (message, told[-1])


def test_late_doubled_or_foreign_words_change_nothing(harness: WebhookHarness, conversation: Conversation) -> None:
    one, message = relayed(harness, conversation), new("SM")
    tell(harness, one.sid, message, "delivered")
    before = harness.writes()
    for other, status in ((message, "delivered"), (message, "sent"), (message, "unheard_of"), (new("SM"), "read")):
        assert tell(harness, one.sid, other, status) == 200
    assert harness.writes() == before


def test_a_wrong_token(harness: WebhookHarness, conversation: Conversation) -> None:
    one, other = relayed(harness, conversation), relayed(harness, conversation)
    token = harness.status_url(one.sid).rsplit("/", 1)[1]
    before = harness.writes()
    for wrong in ("x", token[:-1], token + "x", token.swapcase(), harness.status_url(other.sid).rsplit("/", 1)[1]):
        assert tell(harness, one.sid, new("SM"), "delivered", token=wrong) == 403
    assert tell(harness, new("KI"), new("SM"), "delivered", token=token) == 403
    assert harness.writes() == before


def test_of_a_deleted_interaction(harness: WebhookHarness, conversation: Conversation) -> None:
    """The answer is 200: after an error the carrier would only try again."""
    one = relayed(harness, conversation)
    conversation.session.interactions(one.sid).delete()
    before = harness.writes()
    assert tell(harness, one.sid, new("SM"), "delivered") == 200
    assert harness.writes() == before


@pytest.mark.parametrize("word, state, shown", [
    ("partially_delivered", "partially_delivered", "partially-delivered"),
    ("partially-delivered", "partially_delivered", "partially-delivered"),
    ("invalid", "failed", "failed"),
])  # fmt: skip
def test_words_that_are_spelled_in_two_ways(
    harness: WebhookHarness, conversation: Conversation, word: str, state: str, shown: str
) -> None:
    """Twilio's OpenAPI file (message_enum_status) uses an underscore, its page on Interactions uses a hyphen.

    The action webhook has `invalid` for a message that the carrier did not accept (Twilio's page on the verb Sms).
    """
    one = relayed(harness, conversation)
    assert tell(harness, one.sid, new("SM"), word) == 200
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    found = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=30).json()
    assert (found["outbound_resource_state"], found["outbound_resource_status"]) == (state, shown)
    # The status is final: we no longer ask the carrier for it.
    assert harness.stack.runtime.store.client.zscore(keys.service("watched", harness.sid), one.sid) is None
