"""An unmodified SDK creates, reads and lists MessageInteractions, and gets the right errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker
from twilio.base.exceptions import TwilioException, TwilioRestException

from common.sids import new
from services import accounts
from tests.proxy.api.test_shapes import OURS, SERVICE, _plain, spec
from tests.support.outbox import OutboxHarness
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation

EMOJI = "\U0001f600"


def refused(act: Any, status: int, code: int) -> str:
    with pytest.raises(TwilioRestException) as found:
        act()
    assert (found.value.status, found.value.code) == (status, code)
    return str(found.value.msg)


def messages(conversation: Conversation) -> Any:
    return conversation.session.participants(conversation.bob_sid).message_interactions


def test_a_message_goes_out_from_the_number_that_its_recipient_knows(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = harness.send(conversation, f"your order is ready {EMOJI}")
    assert (made.type, made.participant_sid, made.outbound_participant_sid) == (
        "message",
        conversation.bob_sid,
        conversation.bob_sid,
    )
    assert (made.inbound_participant_sid, made.inbound_resource_sid, made.inbound_resource_type) == (None, None, None)
    assert (made.outbound_resource_type, made.outbound_resource_sid) == ("message", None)
    assert made.outbound_resource_status == "queued"
    assert json.loads(made.data) == {"body": f"your order is ready {EMOJI}"}
    assert made.url.endswith(f"/Participants/{conversation.bob_sid}/MessageInteractions/{made.sid}")
    harness.run_job()
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, f"your order is ready {EMOJI}")]
    assert harness.webhooks.inbox(conversation.alice) == []
    assert harness.state(made) == ("delivered", harness.sent_sids(conversation.bob)[0])
    assert conversation.session.fetch().status == "in-progress"
    assert conversation.session.interactions(made.sid).fetch().outbound_resource_status == "delivered"
    assert harness.keys_left() == []


def test_a_list_has_the_apps_own_messages_alone(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = [harness.send(conversation, f"number {n}").sid for n in range(5)]
    harness.webhooks.text(conversation.alice, conversation.alices, "from a person")
    other = conversation.session.participants.list()[0].sid
    conversation.session.participants(other).message_interactions.create(body="to the other one")
    assert [one.sid for one in messages(conversation).list()] == made
    assert [one.sid for one in messages(conversation).list(page_size=2)] == made
    assert [one.sid for one in messages(conversation).page(page_size=2)] == made[:2]
    assert len(conversation.session.interactions.list()) == 7
    relayed = next(one.sid for one in conversation.session.interactions.list() if one.inbound_participant_sid)
    refused(messages(conversation)(relayed).fetch, 404, 20404)
    refused(conversation.session.participants(other).message_interactions(made[0]).fetch, 404, 20404)


def test_a_deleted_one_is_in_no_list(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = [harness.send(conversation, f"number {n}").sid for n in range(3)]
    assert conversation.session.interactions(made[1]).delete()
    assert [one.sid for one in messages(conversation).list(page_size=1)] == [made[0], made[2]]
    assert [one.sid for one in messages(conversation).list(page_size=1)] == [made[0], made[2]]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Body": ""},
        {"Body": " \n"},
        {"Body": "x" * 1601},
        {"Body": EMOJI * 801},
        {"Body": "a\x00b"},
        {"MediaUrl": "x"},
        {"MediaUrl": ""},
        {"MediaUrl": "ftp://files.example/a.jpg", "Body": "x"},
        {"MediaUrl": "https://user:word@files.example/a.jpg", "Body": "x"},
        {"MediaUrl": "https://files.example/" + "a" * 2048},
    ],
    ids=[
        "none",
        "empty",
        "blank",
        "long",
        "long in UTF-16 units",
        "control",
        "no URL",
        "empty URL",
        "no web address",
        "a user in it",
        "long URL",
    ],
)
def test_bad_input(harness: OutboxHarness, form: dict[str, str]) -> None:
    conversation = harness.open()
    answer = requests.post(_url(harness, conversation), form, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.status_code == 400 and answer.json()["code"] == 20001, answer.text
    assert "x" * 20 not in answer.text
    assert messages(conversation).list() == [] and harness.keys_left() == []


def _url(harness: OutboxHarness, conversation: Conversation) -> str:
    session = conversation.session.fetch().sid
    path = f"Services/{harness.webhooks.sid}/Sessions/{session}/Participants/{conversation.bob_sid}"
    return f"{harness.webhooks.stack.url}/proxy/v1/{path}/MessageInteractions"


INWARDS = (
    "http://127.0.0.1/a", "https://10.0.0.1/a", "http://localhost/a", "http://169.254.169.254/a", "http://2130706433/a",
    "https://[::1]/a", "http://files.internal/a",
)  # fmt: skip


@pytest.mark.parametrize("url", INWARDS)
def test_a_file_in_a_private_network(harness: OutboxHarness, url: str) -> None:
    """As in production: the carrier cannot reach such an address, and we must send nobody else there."""
    harness.change_settings(allow_private_callbacks=False)
    conversation = harness.open()
    refused(lambda: messages(conversation).create(body="see", media_url=url), 400, 20001)
    assert messages(conversation).list() == []


@pytest.mark.parametrize("body", ["see", ""])
@pytest.mark.parametrize("url", ["https://files.example/a.jpg?x=1", "http://files.example:8080/a"])
def test_a_file_of_the_apps_goes_as_it_is(harness: OutboxHarness, body: str, url: str) -> None:
    harness.change_settings(allow_private_callbacks=False)
    conversation = harness.open()
    made = messages(conversation).create(media_url=url, **({"body": body} if body else {}))
    assert json.loads(made.data) == {"body": body, "media_url": url}
    harness.run_job()
    (got,) = harness.webhooks.sim("GET", f"/inbox/{conversation.bob}")["messages"]
    assert (got["body"], [one["url"] for one in got["media"]]) == (body, [url])
    assert harness.state(made)[0] == "delivered" and harness.keys_left() == []


@pytest.mark.parametrize("do", ["429", "accept-then-reset", "reset"])
def test_a_file_of_the_apps_is_sent_once(harness: OutboxHarness, do: str) -> None:
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.fault(do, count=1)
    made = messages(conversation).create(media_url="http://127.0.0.1:9/a.jpg")
    harness.run_job(1, 16, 121, 1)
    assert harness.received(conversation.bob) == [""] and harness.keys_left() == []
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]


@pytest.mark.parametrize("body", ["x" * 1600, EMOJI * 800], ids=["GSM-7", "UTF-16"])
def test_the_longest(harness: OutboxHarness, body: str) -> None:
    conversation = harness.open()
    harness.send(conversation, body)
    harness.run_job()
    assert harness.received(conversation.bob) == [body]


def test_what_cannot_be_sent_to(harness: OutboxHarness) -> None:
    conversation = harness.open()
    refused(lambda: conversation.session.participants(new("KP")).message_interactions.create(body="x"), 404, 20404)
    voice = harness.webhooks.open(mode="voice-only")
    refused(lambda: messages(voice).create(body="x"), 400, 80910)
    conversation.session.participants(conversation.bob_sid).delete()
    refused(lambda: messages(conversation).create(body="x"), 404, 20404)
    closed = harness.open()
    closed.session.update(status="closed")
    refused(lambda: messages(closed).create(body="x"), 400, 80607)
    assert messages(closed).list() == []
    assert harness.keys_left() == []


def test_a_session_past_its_time_takes_nothing(harness: OutboxHarness) -> None:
    conversation = harness.webhooks.open(ttl=60)
    harness.clock.advance(61)
    refused(lambda: messages(conversation).create(body="x"), 400, 80607)
    assert conversation.session.fetch().status == "closed"


def test_another_account_sees_nothing(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = harness.send(conversation, "mine")
    other, token = new("AC"), "token-of-another-account-0123456789"
    harness.webhooks.sim("POST", "/accounts", sid=other, auth_token=token)
    accounts.add_account(harness.rt, other, token, other, token)
    theirs = harness.webhooks.stack.sdk(other, token).proxy.v1.services(harness.webhooks.sid).sessions(made.session_sid)
    far = theirs.participants(conversation.bob_sid).message_interactions
    refused(lambda: far.create(body="x"), 404, 20404)
    with pytest.raises(TwilioException, match="20404"):
        far.list()
    refused(far(made.sid).fetch, 404, 20404)
    assert harness.ops("GET", "", other, token).status_code == 404
    assert harness.ops("POST", f"/{made.sid}/drop", other, token).status_code == 404


def test_wire_shape(harness: OutboxHarness) -> None:
    schemas = spec()["components"]["schemas"]
    name = f"{SERVICE}.session.participant.message_interaction"
    conversation = harness.open()
    made = harness.send(conversation, "hello")
    schema = {"$ref": f"#/components/schemas/{name}", "components": _plain(spec()["components"])}
    for _ in range(2):
        body = requests.get(made.url, auth=(ACCOUNT, TOKEN), timeout=30).json()
        assert set(body) == set(schemas[name]["properties"]) | OURS[f"{SERVICE}.session.interaction"]
        errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
        assert [f"{list(e.path)}: {e.message}" for e in errors if e.instance is not None] == []
        harness.run_job()
    assert body["outbound_resource_url"].endswith(f"/Messages/{body['outbound_resource_sid']}.json")
    listed = requests.get(made.url.rpartition("/")[0], auth=(ACCOUNT, TOKEN), timeout=30).json()
    assert set(listed) == {"interactions", "meta"} and listed["meta"]["key"] == "interactions"


TABLE = [
    ("x" * 160, 1, "GSM-7"), ("x" * 161, 2, "GSM-7"), ("x" * 159 + "€", 2, "GSM-7"), ("x" * 158 + "€", 1, "GSM-7"),
    ("x" * 152 + "€" + "x" * 152, 3, "GSM-7"), ("x" * 306, 2, "GSM-7"), ("ж" * 70, 1, "UCS-2"), ("ж" * 71, 2, "UCS-2"),
    ("ж" * 66 + EMOJI + "ж" * 66, 3, "UCS-2"), (EMOJI * 35, 1, "UCS-2"), ("’", 1, "UCS-2"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "count", "encoding"), TABLE, ids=range(len(TABLE)))
def test_segments_are_shown(harness: OutboxHarness, body: str, count: int, encoding: str) -> None:
    made = harness.send(harness.open(), body)
    shown = requests.get(made.url, auth=(ACCOUNT, TOKEN), timeout=30).json()
    assert (shown["segments"], shown["encoding"]) == (count, encoding)
