"""Strangers cost little: a number of answers a day for each Service, and none for some lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.support.webhooks import Clock, Conversation, WebhookHarness

NEUTRAL = SENTENCES["neutral_reply"]["en"]
REJECTED = "<Reject"
DAY = 86_400
SATELLITE, PREMIUM = "+8816123456789", "+19005551234"


@pytest.fixture(autouse=True)
def two_answers(harness: WebhookHarness) -> Iterator[None]:
    harness.stack.runtime.store.client.delete(keys.service("strangers", harness.sid))
    harness.set_fields(StrangerAnswers="2").raise_for_status()
    yield
    harness.set_fields(StrangerAnswers="").raise_for_status()


def text(harness: WebhookHarness, sender: str, body: str = "hello?") -> str:
    return harness.post(harness.message_form(sender, harness.pool[0], body)).text


def ring(harness: WebhookHarness, sender: str) -> str:
    form = {**harness.message_form(sender, harness.pool[0], ""), "CallSid": "", "CallStatus": "ringing"}
    form["CallSid"] = "CA" + form.pop("MessageSid")[2:]
    for name in ("Body", "SmsSid", "SmsMessageSid", "NumMedia", "NumSegments"):
        form.pop(name, None)
    return harness.post({**form, "Direction": "inbound"}, url=harness.url("voice")).text


def test_texts_of_strangers_get_so_many_answers_a_day(harness: WebhookHarness, clock: Clock) -> None:
    before = harness.writes()[1]
    answers = [text(harness, harness.new_person()) for _ in range(4)]
    assert [NEUTRAL in answer for answer in answers] == [True, True, False, False]
    refused = [event["d"] for event in harness.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"], one.get("unanswered")) for one in refused] == [
        ("unknown", 80905, None), ("unknown", 80905, None), ("unknown", 80905, True), ("unknown", 80905, True),
    ]  # fmt: skip
    clock.advance(DAY)
    assert NEUTRAL in text(harness, harness.new_person())


def test_calls_beyond_them_are_rejected_and_not_answered(harness: WebhookHarness) -> None:
    answers = [ring(harness, harness.new_person()) for _ in range(3)]
    assert [NEUTRAL in answer for answer in answers] == [True, True, False]
    assert REJECTED in answers[2]
    # Texts and calls share the number, and withheld numbers are strangers too.
    assert NEUTRAL not in text(harness, harness.new_person())
    assert REJECTED in ring(harness, "+266696687")


def test_a_repeated_webhook_takes_no_second_answer(harness: WebhookHarness) -> None:
    form = harness.message_form(harness.new_person(), harness.pool[0], "hello?")
    assert {harness.post(form).text for _ in range(4)} == {harness.post(form).text}
    assert NEUTRAL in harness.post(form).text
    assert NEUTRAL in text(harness, harness.new_person())


def test_people_of_sessions_are_not_counted(harness: WebhookHarness, conversation: Conversation) -> None:
    for _ in range(3):
        text(harness, harness.new_person())
    assert "statusCallback" in harness.text(conversation.alice, conversation.alices, "we know each other")
    conversation.session.update(status="closed")
    closed = harness.post(harness.message_form(conversation.alice, conversation.alices, "and after it?"))
    assert NEUTRAL in closed.text


def test_a_stranger_can_opt_out_without_an_answer(harness: WebhookHarness) -> None:
    for _ in range(2):
        text(harness, harness.new_person())
    before = harness.writes()[1]
    assert "<Message" not in text(harness, harness.new_person(), "stop!")
    assert [event["t"] for event in harness.events(before)] == ["person.opted_out", "inbound.refused"]


@pytest.mark.parametrize("sender", [SATELLITE, PREMIUM])
def test_some_lines_get_no_answer(harness: WebhookHarness, sender: str) -> None:
    assert "<Message" not in text(harness, sender)
    assert REJECTED in ring(harness, sender)
    # They take no answer of the others.
    assert [NEUTRAL in text(harness, harness.new_person()) for _ in range(3)] == [True, True, False]


def test_an_app_may_add_such_a_line(harness: WebhookHarness) -> None:
    session = harness.service.sessions(harness.service.sessions.create().sid)
    phone = session.participants.create(identifier=SATELLITE, proxy_identifier=harness.pool[0])
    partner = session.participants.create(identifier=harness.new_person())
    assert (
        "statusCallback" in harness.post(harness.message_form(SATELLITE, phone.proxy_identifier, "from the ice")).text
    )
    session.participants(partner.sid).delete()
    assert "<Message" in harness.post(harness.message_form(SATELLITE, phone.proxy_identifier, "anybody?")).text


def test_none_is_answered_with_0(harness: WebhookHarness) -> None:
    harness.set_fields(StrangerAnswers="0").raise_for_status()
    assert "<Message" not in text(harness, harness.new_person())
    assert REJECTED in ring(harness, harness.new_person())


@pytest.mark.parametrize("bad", ["-1", "many", "1000001", "1.5"])
def test_a_bad_number_changes_nothing(harness: WebhookHarness, bad: str) -> None:
    for name in ("StrangerAnswers", "StrangerQuestions"):
        answer = harness.set_fields(**{name: bad})
        assert (answer.status_code, answer.json()["code"]) == (400, 20001)
        assert name in answer.json()["message"]
