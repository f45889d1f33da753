"""A genuine request may omit a field or leave it empty, and is accepted. Moved field borders are still refused.

Sources: the webhook of a picture without a caption has no Body (turt2live/matrix-appservice-twilio, issue 14) or an
empty Body (same source, three pictures); other carriers with the same API send only the old field names (SignalWire's
page on `<Message>`: "form parameters SmsStatus and SmsSid").
"""

from __future__ import annotations

from typing import Any

import pytest

from common.sids import new
from tests.proxy.webhooks.test_signature import refused
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Conversation, Pairs, WebhookHarness, sign

PICTURE = "https://api.twilio.com/2010-04-01/Accounts/{}/Messages/{}/Media/{}"


@pytest.fixture
def conversation(harness: WebhookHarness) -> Conversation:
    return harness.open()


def picture(harness: WebhookHarness, conversation: Conversation, body: str = "") -> dict[str, str]:
    form = harness.message_form(conversation.alice, conversation.alices, body, media=1)
    url = PICTURE.format(ACCOUNT, form["MessageSid"], new("ME"))
    return {**form, "MediaUrl0": url, "MediaContentType0": "image/jpeg"}


def kinds(harness: WebhookHarness, before: int) -> list[str]:
    return [event["t"] for event in harness.events(before)]


@pytest.mark.parametrize("left_out", [["Body"], ["Body", "NumSegments"], ["MediaContentType0"], ["MediaUrl0"]])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_picture(harness: WebhookHarness, conversation: Conversation, left_out: list[str], how: str) -> None:
    form = picture(harness, conversation)
    for name in left_out:
        form = {**form, name: ""} if how == "empty" else {key: form[key] for key in form if key != name}
    before = harness.writes()[1]
    assert harness.post(form).status_code == 200
    assert kinds(harness, before) == ["interaction.created"]


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_text_without_a_count_of_files(harness: WebhookHarness, conversation: Conversation, how: str) -> None:
    form = harness.message_form(conversation.alice, conversation.alices, "hello")
    given = {**form, "NumMedia": ""} if how == "empty" else {key: form[key] for key in form if key != "NumMedia"}
    assert b">hello</Message>" in harness.post(given).content


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_nothing_at_all(harness: WebhookHarness, conversation: Conversation, how: str) -> None:
    form = harness.message_form(conversation.alice, conversation.alices, "")
    given = form if how == "empty" else {key: form[key] for key in form if key != "Body"}
    before = harness.writes()[1]
    answer = harness.post(given)
    assert (answer.status_code, b"<Message" in answer.content) == (200, False)
    assert [event["d"]["reason"] for event in harness.events(before)] == ["empty"]


def hidden(form: dict[str, str], name: str) -> Pairs:
    """Appends the field to the value of the field before it in the signature's order."""
    names = sorted(form)
    before = names[names.index(name) - 1]
    rest = {key: value for key, value in form.items() if key not in (name, before)}
    return [*rest.items(), (before, form[before] + name + form[name])]


@pytest.mark.parametrize("name", ["Body", "NumMedia", "MediaUrl0", "MediaContentType0"])
def test_a_field_hidden_in_another(harness: WebhookHarness, conversation: Conversation, name: str) -> None:
    form = picture(harness, conversation, "look at this")
    genuine = sign(harness.url(), list(form.items()))
    assert sign(harness.url(), hidden(form, name)) == genuine, "the forgery must carry a signature that holds"
    refused(harness, hidden(form, name), signature=genuine)


def relayed(harness: WebhookHarness, conversation: Conversation) -> Any:
    harness.post(harness.message_form(conversation.alice, conversation.alices, "hello"))
    (one,) = conversation.session.interactions.list()
    return one


STATUSES = [
    {"MessageSid": "", "MessageStatus": "", "SmsSid": "{}", "SmsStatus": "delivered"},
    {"SmsSid": "{}", "SmsStatus": "delivered"},
    {"MessageSid": "{}", "MessageStatus": "delivered", "ErrorCode": ""},
    {"MessageSid": "{}", "MessageStatus": "delivered", "CallSid": "", "CallStatus": "", "CallDuration": ""},
]


@pytest.mark.parametrize("told", STATUSES, ids=lambda told: ",".join(told))
def test_a_status(harness: WebhookHarness, conversation: Conversation, told: dict[str, str]) -> None:
    one, sid = relayed(harness, conversation), new("SM")
    form = {"AccountSid": ACCOUNT, **{name: value.format(sid) for name, value in told.items()}}
    assert harness.post(form, url=harness.status_url(one.sid)).status_code == 200
    now = one.fetch()
    assert (now.outbound_resource_sid, now.outbound_resource_status) == (sid, "delivered")


def test_a_status_of_nothing(harness: WebhookHarness, conversation: Conversation) -> None:
    one = relayed(harness, conversation)
    for told in ({}, {"MessageSid": new("SM"), "MessageStatus": ""}, {"MessageSid": "", "MessageStatus": "sent"}):
        refused(harness, {"AccountSid": ACCOUNT, **told}, url=harness.status_url(one.sid))
