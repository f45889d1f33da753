"""Services that relay through the carrier's API, and the data that they ask the carrier not to keep."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.support.faulty_carrier import carrier_with
from tests.support.outbox import DOUBT, LOOK, OutboxHarness
from tests.support.webhooks import Conversation

# Slow: settles doubt about messages whose text the carrier does not show.
pytestmark = pytest.mark.slow


SILENCE = "<Response/>"
FIELDS = [{"Delivery": "send"}, {"ContentRetention": "discard"}, {"AddressRetention": "obfuscate"}]
#: A message that the app sends directly at the carrier, without us.
PAST_US = {"body": "past us"}


def listed(harness: OutboxHarness, conversation: Conversation) -> list[Any]:
    """Returns what the carrier keeps of the messages from Bob's proxy number, oldest first."""
    return [
        one
        for one in reversed(harness.webhooks.client.messages.list(from_=conversation.bobs))
        if one.direction != "inbound"
    ]


@pytest.mark.parametrize("fields", FIELDS)
def test_a_relayed_text_goes_by_the_carriers_api(harness: OutboxHarness, fields: dict[str, str]) -> None:
    conversation = harness.open()
    assert "<Message" in harness.webhooks.text(conversation.alice, conversation.alices, "in the answer")
    harness.webhooks.set_fields(**fields)
    assert SILENCE in harness.webhooks.text(conversation.alice, conversation.alices, "by the API")
    assert harness.received(conversation.bob) == ["in the answer"]
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["in the answer", "by the API"]
    assert [one.direction for one in listed(harness, conversation)] == ["outbound-reply", "outbound-api"]
    assert harness.statuses(conversation) == ["delivered"] * 2 and harness.keys_left() == []


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"Delivery": "send"}, ("hello", "")),
        ({"ContentRetention": "discard"}, ("", "")),
        ({"AddressRetention": "obfuscate"}, ("hello", "XXXX")),
        ({"ContentRetention": "discard", "AddressRetention": "obfuscate"}, ("", "XXXX")),
    ],
)
def test_what_the_carrier_keeps(harness: OutboxHarness, fields: dict[str, str], kept: tuple[str, str]) -> None:
    harness.webhooks.set_fields(**fields)
    conversation = harness.open()
    harness.send(conversation, "hello")
    harness.run_job(1)
    (one,) = listed(harness, conversation)
    assert (one.body, one.to) == (kept[0], conversation.bob[: -len(kept[1]) or None] + kept[1])
    assert harness.received(conversation.bob) == ["hello"]


def test_what_it_may_keep_is_not_asked_for(harness: OutboxHarness) -> None:
    """The carrier refuses the parameters, whatever their value, for an account without the feature."""
    seen: list[bytes] = []
    server = harness.webhooks.stack.carrier._server
    whole = server.app

    def reading(environ: Any, start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/Messages.json"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            seen.append(body)
            environ["wsgi.input"] = io.BytesIO(body)
        return whole(environ, start)

    harness.patch.setattr(server, "app", reading)
    conversation = harness.open()
    for fields in ({"Delivery": "send"}, {"ContentRetention": "discard"}):
        harness.webhooks.set_fields(**fields)
        harness.send(conversation, "hello")
        harness.run_job(1)
    assert [b"Retention" in body for body in seen] == [False, True] and b"ContentRetention=discard" in seen[1]


def test_an_account_without_the_feature_is_told_so(harness: OutboxHarness) -> None:
    harness.webhooks.set_fields(ContentRetention="discard")
    conversation = harness.open()
    harness.fault("refuse", code=30029, count=1)
    harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job(1)
    (found,) = conversation.session.interactions.list()
    assert found.outbound_resource_status == "failed"
    assert harness.events("interaction.updated")[-1]["outbound"]["code"] == 30029


def test_behind_a_question_to_the_app_as_well(harness: OutboxHarness) -> None:
    """Nobody answers at InterceptCallbackUrl, so the message goes on."""
    conversation = harness.open()
    harness.webhooks.set_fields(InterceptCallbackUrl="http://127.0.0.1:1/", Delivery="send")
    assert SILENCE in harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["hello"]


def test_a_name_that_looks_like_a_field_changes_nothing(harness: OutboxHarness) -> None:
    harness.webhooks.set_fields(UniqueName='"delivery":"send"')
    conversation = harness.open()
    assert "<Message" in harness.webhooks.text(conversation.alice, conversation.alices, "hello")


def doubtful(
    harness: OutboxHarness, conversation: Conversation, body: str = "hello", do: str = "accept-then-reset"
) -> Any:
    """Sends a message, but the carrier's answer is lost, so the message is in doubt."""
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.fault(do, count=1)
    made = harness.send(conversation, body)
    harness.run_job(1)
    assert harness.states()[:1] == ["in_doubt"]
    return made


def test_without_its_words_it_is_found_by_its_place_alone(harness: OutboxHarness) -> None:
    harness.webhooks.set_fields(ContentRetention="discard")
    conversation = harness.open()
    before = harness.send(conversation, "before")
    harness.run_job(1)
    made = doubtful(harness, conversation)
    harness.run_job(LOOK, DOUBT, 1)
    assert harness.received(conversation.bob) == ["before", "hello"] and harness.keys_left() == []
    assert [harness.state(one)[1] for one in (before, made)] == harness.sent_sids(conversation.bob)


def test_without_its_words_what_is_not_there_was_not_sent(harness: OutboxHarness) -> None:
    """The carrier's list still shows the number, so if it has no new message to that number, none went out."""
    harness.webhooks.set_fields(ContentRetention="discard")
    conversation = harness.open()
    harness.send(conversation, "before")
    harness.run_job(1)
    doubtful(harness, conversation, do="reset")
    harness.run_job(LOOK, DOUBT, 1, 1)
    assert harness.received(conversation.bob) == ["before", "hello"] and harness.keys_left() == []


def test_two_without_words_are_not_told_apart(harness: OutboxHarness) -> None:
    """The app also sends directly at the carrier: nobody can see whether either message is ours, so ours is parked."""
    harness.webhooks.set_fields(ContentRetention="discard")
    conversation = harness.open()
    made = doubtful(harness, conversation)
    harness.webhooks.client.messages.create(
        to=conversation.bob, from_=conversation.bobs, content_retention="discard", **PAST_US
    )
    harness.run_job(LOOK, DOUBT, 1, 1)
    assert [(one["interaction_sid"], one["reason"]) for one in harness.listed("parked")] == [(made.sid, "in_doubt")]
    assert harness.received(conversation.bob) == ["hello", "past us"]


@pytest.mark.parametrize("do", ["accept-then-reset", "reset"])
def test_without_the_number_it_is_held(harness: OutboxHarness, do: str) -> None:
    """The message is parked, whatever IN_DOUBT says: an empty list proves nothing."""
    harness.webhooks.set_fields(AddressRetention="obfuscate")
    conversation = harness.open()
    made = doubtful(harness, conversation, do=do)
    harness.send(conversation, "behind it")
    harness.run_job(LOOK, DOUBT, 1, 1)
    went = ["hello"] if do == "accept-then-reset" else []
    assert harness.received(conversation.bob) == [*went, "behind it"]
    assert [(one["interaction_sid"], one["reason"]) for one in harness.listed("parked")] == [(made.sid, "in_doubt")]


def test_without_the_number_an_operator_may_send_it(harness: OutboxHarness) -> None:
    harness.webhooks.set_fields(AddressRetention="obfuscate")
    conversation = harness.open()
    made = doubtful(harness, conversation, do="reset")
    harness.run_job(LOOK, DOUBT)
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job(1, 1)
    assert harness.received(conversation.bob) == ["hello"] and harness.keys_left() == []


@pytest.mark.parametrize("fields", FIELDS[1:])
def test_a_callback_settles_it_without_any_list(harness: OutboxHarness, fields: dict[str, str]) -> None:
    harness.webhooks.set_fields(**fields)
    conversation = harness.open()
    harness.fault("accept-then-reset", count=1)
    made = harness.send(conversation, "hello")
    with carrier_with(
        harness.webhooks.stack, lambda how, path: "before" if how == "GET" and "Messages" in path else None
    ):
        harness.run_job(1, LOOK)
    assert harness.state(made)[0] == "delivered" and harness.keys_left() == []


@pytest.mark.parametrize("how", ["resent", "released"])
def test_what_was_hidden_once_stays_hidden(harness: OutboxHarness, how: str) -> None:
    """The Service no longer hides numbers, but the first try stays hidden: a list without it is not complete."""
    harness.webhooks.set_fields(AddressRetention="obfuscate")
    conversation = harness.open()
    made = doubtful(harness, conversation)
    harness.webhooks.set_fields(AddressRetention="retain")
    harness.run_job(LOOK, DOUBT, 1)
    assert [one["reason"] for one in harness.listed("parked")] == ["in_doubt"]
    if how == "released":
        harness.fault("reset", count=1)
        assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
        harness.run_job(1, 1)
        client: Any = harness.rt.store.client
        assert json.loads(client.get("{" + harness.webhooks.sid + "}:outgoing:" + made.sid))["obfuscate"] is True
    assert harness.received(conversation.bob) == ["hello"]
