"""Limits for texts and calls: for each person, for each pair of people and for a Service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.sids import new
from policy.sentences.sentences import SENTENCES
from tests.support.webhooks import Clock, Conversation, WebhookHarness

TOO_OFTEN = SENTENCES["rate_limited"]["en"]
Rates = dict[str, dict[str, int]]


def write(harness: WebhookHarness, conversation: Conversation, count: int, start: int = 0) -> list[str]:
    """Alice sends `count` texts; returns the answers to the carrier's webhooks."""
    return [harness.text(conversation.alice, conversation.alices, f"number {start + n}") for n in range(count)]


def relayed(answers: list[str]) -> int:
    return sum("statusCallback" in one for one in answers)


def reasons(harness: WebhookHarness, before: int) -> list[str]:
    return [event["d"]["reason"] for event in harness.events(before) if event["t"] == "inbound.refused"]


# Slow: sends texts for several minutes of conversation.
@pytest.mark.slow
def test_twenty_a_minute_is_never_too_much(harness: WebhookHarness, clock: Clock, conversation: Conversation) -> None:
    before = harness.writes()[1]
    for n in range(45):
        clock.advance(3)
        assert relayed([harness.text(conversation.alice, conversation.alices, f"as I said {n}")]) == 1
        assert relayed([harness.text(conversation.bob, conversation.bobs, f"and I said {n}")]) == 1
    assert reasons(harness, before) == []


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_a_person_may_send_so_many_at_once(harness: WebhookHarness, clock: Clock, conversation: Conversation) -> None:
    before = harness.writes()[1]
    answers = write(harness, conversation, 65)
    assert relayed(answers) == relayed(answers[:60]) == 60
    assert len(harness.inbox(conversation.bob)) == 60
    # Alice gets one notice; further refused texts get no reply, which costs nothing.
    assert harness.inbox(conversation.alice) == [(conversation.alices, TOO_OFTEN)]
    assert reasons(harness, before) == ["person-limit"] * 5
    assert {event["d"]["code"] for event in harness.events(before) if event["t"] == "inbound.refused"} == {20429}
    # 60 a minute: Alice may send again after one second, and Bob's limit is not affected.
    assert relayed([harness.text(conversation.bob, conversation.bobs, "stop that, please")]) == 1
    clock.advance(0.9)
    assert relayed(write(harness, conversation, 1, 70)) == 0
    clock.advance(0.1)
    assert relayed(write(harness, conversation, 2, 80)) == 1
    clock.advance(60)
    assert relayed(write(harness, conversation, 65, 100)) == 60
    assert harness.inbox(conversation.alice)[1:] == [(conversation.alices, "stop that, please")]


def test_one_person_in_all_their_sessions(harness: WebhookHarness, rates: Rates, conversation: Conversation) -> None:
    rates["message"]["person"] = 3
    other = harness.service.sessions.create(unique_name=new("other-"))
    participants = harness.service.sessions(other.sid).participants
    again = participants.create(identifier=conversation.alice)
    participants.create(identifier=harness.new_person())
    assert again.proxy_identifier != conversation.alices
    answers = write(harness, conversation, 2) + [
        harness.text(conversation.alice, again.proxy_identifier, f"here {n}") for n in range(3)
    ]
    assert relayed(answers) == 3


def test_two_people_together(harness: WebhookHarness, rates: Rates, conversation: Conversation) -> None:
    rates["message"]["pair"] = 5
    before = harness.writes()[1]
    answers = [
        harness.text(conversation.alice, conversation.alices, f"who {n}")
        if n % 2
        else harness.text(conversation.bob, conversation.bobs, f"what {n}")
        for n in range(8)
    ]
    assert relayed(answers) == 5
    assert reasons(harness, before) == ["pair-limit"] * 3


def test_a_service(harness: WebhookHarness, rates: Rates, clock: Clock) -> None:
    clock.advance(60)
    rates["message"]["service"] = 4
    before = harness.writes()[1]
    conversations = [harness.open() for _ in range(6)]
    assert relayed([harness.text(one.alice, one.alices, "hello") for one in conversations]) == 4
    assert reasons(harness, before) == ["service-limit"] * 2


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_a_refused_one_takes_no_token(
    harness: WebhookHarness, rates: Rates, clock: Clock, conversation: Conversation
) -> None:
    rates["message"] |= {"person": 60, "pair": 2}
    write(harness, conversation, 20)
    clock.advance(30)
    assert relayed(write(harness, conversation, 3, 30)) == 1
    rates["message"]["pair"] = 0
    # Only one of the person's 60 tokens is used.
    assert relayed(write(harness, conversation, 70, 40)) == 59


def test_stop_is_always_heard(harness: WebhookHarness, rates: Rates, conversation: Conversation) -> None:
    rates["message"]["person"] = 1
    before = harness.writes()[1]
    write(harness, conversation, 5)
    harness.text(conversation.alice, conversation.alices, "STOP")
    assert "person.opted_out" in [event["t"] for event in harness.events(before)]


def test_a_repeat_takes_no_token_and_hears_the_same(
    harness: WebhookHarness, rates: Rates, conversation: Conversation
) -> None:
    rates["message"]["person"] = 2
    first, second, third = (
        harness.message_form(conversation.alice, conversation.alices, f"once {n}") for n in range(3)
    )
    answers = [harness.post(form).text for form in (first, first, first, second, third)]
    assert answers[0] == answers[1] == answers[2] and relayed(answers) == 4
    refused = [harness.post(third).text for _ in range(3)]
    assert set(refused) == {answers[4]} and TOO_OFTEN in answers[4]


def test_a_repeated_call_takes_no_token_and_hears_the_same(
    harness: WebhookHarness, rates: Rates, clock: Clock, conversation: Conversation
) -> None:
    rates["voice"] = {"person": 1, "pair": 0, "service": 0}
    account = harness.message_form("", "", "")["AccountSid"]

    def call(sid: str) -> str:
        form = {
            "AccountSid": account,
            "CallSid": sid,
            "From": conversation.alice,
            "To": conversation.alices,
            "CallStatus": "ringing",
        }
        return harness.post(form, harness.url("voice")).text

    assert "<Dial" in call(new("CA"))
    late = new("CA")
    first = call(late)
    assert TOO_OFTEN in first and call(late) == first
    clock.advance(60)
    assert call(late) == first
    assert "<Dial" in call(new("CA"))


def test_withheld_numbers_are_bounded_too(
    harness: WebhookHarness, rates: Rates, clock: Clock, conversation: Conversation
) -> None:
    clock.advance(60)
    rates["voice"] = {"person": 2, "pair": 0, "service": 0}
    account = harness.message_form("", "", "")["AccountSid"]
    form = {"AccountSid": account, "From": "+266696687", "To": conversation.alices, "CallStatus": "ringing"}
    answers = [harness.post({**form, "CallSid": new("CA")}, harness.url("voice")).text for _ in range(4)]
    assert ["<Reject" in one for one in answers] == [False, False, True, True]


def test_a_clock_that_goes_back_limits_nobody(
    harness: WebhookHarness, rates: Rates, clock: Clock, conversation: Conversation
) -> None:
    rates["message"]["person"] = 2
    clock.advance(3600)
    assert relayed(write(harness, conversation, 2)) == 2
    clock.advance(-3600)
    for n in range(4):
        clock.advance(30)
        assert relayed(write(harness, conversation, 1, n + 10)) == 1
    clock.advance(3600)


def test_strangers_are_bounded_too(harness: WebhookHarness, rates: Rates, clock: Clock) -> None:
    rates["message"]["person"] = 3
    stranger, before = harness.new_person(), harness.writes()[1]
    for _ in range(6):
        harness.text(stranger, harness.pool[0], "hello?")
    assert reasons(harness, before) == ["unknown"] * 3 + ["person-limit"] * 3


def test_at_once_no_more_than_the_limit(harness: WebhookHarness, rates: Rates, conversation: Conversation) -> None:
    rates["message"] |= {"person": 10, "pair": 0}
    forms = [harness.message_form(conversation.alice, conversation.alices, f"at once {n}") for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = [answer.text for answer in pool.map(harness.post, forms)]
    assert relayed(answers) == 10


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_no_limit(harness: WebhookHarness, rates: Rates, conversation: Conversation) -> None:
    rates["message"] |= {"person": 0, "pair": 0, "service": 0}
    assert relayed(write(harness, conversation, 65)) == 65


@pytest.mark.parametrize("whose", ["person", "pair"])
def test_calls(harness: WebhookHarness, rates: Rates, clock: Clock, conversation: Conversation, whose: str) -> None:
    rates["voice"] = {"person": 0, "pair": 0, "service": 0, whose: 3}

    def call() -> str:
        sid = new("CA")
        form: dict[str, Any] = {
            "AccountSid": harness.message_form("", "", "")["AccountSid"],
            "CallSid": sid,
            "From": conversation.alice,
        }
        return harness.post({**form, "To": conversation.alices, "CallStatus": "ringing"}, harness.url("voice")).text

    answers = [call() for _ in range(6)]
    assert ["<Dial" in one for one in answers] == [True] * 3 + [False] * 3
    assert TOO_OFTEN in answers[3] and "<Say" in answers[3]
    assert all('<Reject reason="busy"/>' in one for one in answers[4:])
    clock.advance(20)
    assert "<Dial" in call()
    # Texts have separate limits.
    assert relayed(write(harness, conversation, 1)) == 1
