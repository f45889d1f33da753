"""Auto-responders: two that answer each other, and one that answers Maskline's own replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.sentences.sentences import SENTENCES
from tests.support.webhooks import Clock, Conversation, WebhookHarness

STOPPED, NEUTRAL = SENTENCES["loop_stopped"]["en"], SENTENCES["neutral_reply"]["en"]
MOST = 5


class Phone:
    """A phone that answers each message at once."""

    def __init__(self, harness: WebhookHarness, number: str, says: Callable[[int], str]) -> None:
        self.webhooks, self.number, self.says, self.read, self.sent = (
            harness,
            number,
            says,
            len(harness.inbox(number)),
            0,
        )

    def answer(self) -> bool:
        new = self.webhooks.inbox(self.number)[self.read :]
        self.read += len(new)
        for sender, _ in new:
            self.sent += 1
            self.webhooks.text(self.number, sender, self.says(self.sent))
        return bool(new)


def converse(clock: Clock, *phones: Phone, seconds: float = 2) -> None:
    """Lets the phones answer until no phone has a new message."""
    for _ in range(60):
        clock.advance(seconds)
        if not any([phone.answer() for phone in phones]):
            return
    raise AssertionError("they go on for ever")


def relayed(harness: WebhookHarness, before: int) -> int:
    return sum(
        event["t"] == "interaction.created" and "blocked_by" not in event["d"] for event in harness.events(before)
    )


def always(text: str) -> Callable[[int], str]:
    return lambda n: text


def at_that_moment(n: int) -> str:
    return f"Auto-reply 14:{n % 60:02}:07: I am at the wheel, back soon"


def once_more(n: int) -> str:
    return "Im  Urlaub!" if n % 2 else "im urlaub!"


BEGINNINGS = {
    "one text": lambda harness, conversation: harness.text(conversation.alice, conversation.alices, "Are you there?"),
    "two texts at once": lambda harness, conversation: [
        harness.text(conversation.alice, conversation.alices, text) for text in ("Are you there?", "I am at the gate")
    ],
    "two texts that cross": lambda harness, conversation: [
        harness.text(*who, "Where are you?")
        for who in ((conversation.alice, conversation.alices), (conversation.bob, conversation.bobs))
    ],
}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_however_it_begins(harness: WebhookHarness, clock: Clock, conversation: Conversation, beginning: str) -> None:
    before = harness.writes()[1]
    alice, bob = (
        Phone(harness, conversation.alice, always("I am driving.")),
        Phone(harness, conversation.bob, always("We are closed.")),
    )
    BEGINNINGS[beginning](harness, conversation)
    converse(clock, alice, bob, seconds=4)
    assert relayed(harness, before) <= MOST + len(BEGINNINGS) - 1
    assert [body for phone in (conversation.alice, conversation.bob) for _, body in harness.inbox(phone)].count(
        STOPPED
    ) == 2


@pytest.mark.parametrize("first", [always("I am driving."), at_that_moment])
@pytest.mark.parametrize("second", [always("Thanks, we are closed."), at_that_moment, once_more])
def test_two_that_meet_stop(
    harness: WebhookHarness,
    clock: Clock,
    conversation: Conversation,
    first: Callable[[int], str],
    second: Callable[[int], str],
) -> None:
    before = harness.writes()[1]
    alice, bob = Phone(harness, conversation.alice, first), Phone(harness, conversation.bob, second)
    harness.text(conversation.alice, conversation.alices, "Are you there?")
    converse(clock, alice, bob)
    assert relayed(harness, before) <= MOST
    told = [
        (phone, body)
        for phone in (conversation.alice, conversation.bob)
        for _, body in harness.inbox(phone)
        if body == STOPPED
    ]
    assert told == [(conversation.alice, STOPPED), (conversation.bob, STOPPED)]
    assert {event["d"].get("reason") for event in harness.events(before)} - {None} == {"loop"}
    # A person's new text is relayed; the auto-responders are stopped again, without a second notice.
    middle = harness.writes()[1]
    harness.text(conversation.alice, conversation.alices, "It was only my phone that answered")
    converse(clock, alice, bob)
    assert ("It was only my phone that answered") in [body for _, body in harness.inbox(conversation.bob)]
    assert 1 <= relayed(harness, middle) <= MOST
    assert (
        sum(body == STOPPED for phone in (conversation.alice, conversation.bob) for _, body in harness.inbox(phone))
        == 2
    )


def test_each_is_told_from_the_number_they_know(
    harness: WebhookHarness, clock: Clock, conversation: Conversation
) -> None:
    alice, bob = Phone(harness, conversation.alice, always("away")), Phone(harness, conversation.bob, always("busy"))
    harness.text(conversation.alice, conversation.alices, "away")
    converse(clock, alice, bob)
    assert (conversation.alices, STOPPED) in harness.inbox(conversation.alice)
    assert (conversation.bobs, STOPPED) in harness.inbox(conversation.bob)


def test_a_repeated_webhook_is_no_turn(harness: WebhookHarness, clock: Clock, conversation: Conversation) -> None:
    for n in range(3):
        clock.advance(1)
        who, number = ((conversation.alice, conversation.alices), (conversation.bob, conversation.bobs))[n % 2]
        form = harness.message_form(who, number, "the same")
        assert len({harness.post(form).text for _ in range(5)}) == 1
    assert STOPPED not in harness.post(harness.message_form(conversation.bob, conversation.bobs, "the same")).text
    assert STOPPED in harness.post(harness.message_form(conversation.alice, conversation.alices, "the same")).text


#: (seconds between two texts, what Alice says, what Bob says)
PEOPLE = {
    "slowly": (16, always("all right"), always("all right")),
    "in two letters": (1, always("ok"), always("ok")),
    "in faces": (1, always("😂"), always("😂👍")),
    "one of them varies": (1, always("and then?"), lambda n: f"chapter {n}"),
    "bargaining": (
        2,
        lambda n: f"I would give you {40 + n} dollars",
        lambda n: f"I would take {60 - n} dollars for it",
    ),
    "at different times": (2, lambda n: f"at {n % 12}:30?", lambda n: f"rather {n % 12}:45"),
    "making a date": (
        7,
        lambda n: f"Can you come at {n % 12}:30 pm?",
        lambda n: f"No, I am free at {n % 12}:00 only, sorry for that",
    ),
    "with a machine": (13, lambda n: "Hello?" if n % 2 else "Are you there?", lambda n: f"I am away, message {n}"),
}


# Slow: sends long conversations that look a little like a loop.
@pytest.mark.slow
@pytest.mark.parametrize("how", PEOPLE)
def test_people_are_never_stopped(harness: WebhookHarness, clock: Clock, conversation: Conversation, how: str) -> None:
    seconds, alice, bob = PEOPLE[how]
    before = harness.writes()[1]
    for n in range(1, 21):
        clock.advance(seconds)
        harness.text(conversation.alice, conversation.alices, alice(n))
        clock.advance(seconds)
        harness.text(conversation.bob, conversation.bobs, bob(n))
    assert relayed(harness, before) == 40


def test_who_is_stopped_is_so_while_they_go_on(
    harness: WebhookHarness, clock: Clock, conversation: Conversation
) -> None:
    machines = Phone(harness, conversation.alice, always("away")), Phone(harness, conversation.bob, always("busy"))
    harness.text(conversation.alice, conversation.alices, "away")
    converse(clock, *machines)
    before = harness.writes()[1]
    for _ in range(3):
        clock.advance(50)
        harness.text(conversation.bob, conversation.bobs, "busy")
    assert relayed(harness, before) == 0
    client: Any = harness.stack.runtime.store.client
    lives = [client.pttl(key) for name in ("turns", "told") for key in client.scan_iter(f"*:{name}:*")]
    assert lives and all(3_500_000 < life <= 3_600_000 for life in lives if life > 3_000_000) and max(lives) > 3_500_000
    harness.text(conversation.bob, conversation.bobs, "it is me")
    assert relayed(harness, before) == 1
    clock.advance(61)
    harness.text(conversation.bob, conversation.bobs, "it is me")
    assert relayed(harness, before) == 2


def test_our_own_words_are_no_partner(harness: WebhookHarness, clock: Clock) -> None:
    """Without a limit, a stranger's auto-responder and the neutral reply would answer each other for ever."""
    stranger = Phone(harness, harness.new_person(), always("I am on holiday"))
    harness.text(stranger.number, harness.pool[0], "hello")
    converse(clock, stranger)
    assert [body for _, body in harness.inbox(stranger.number)] == [NEUTRAL] * MOST
    harness.text(stranger.number, harness.pool[1], "hello again")
    assert len(harness.inbox(stranger.number)) == MOST


def test_nor_is_what_the_content_policy_says(harness: WebhookHarness, clock: Clock, conversation: Conversation) -> None:
    harness.set_fields(ContentPhone="block")
    alice = Phone(harness, conversation.alice, always("I am away, call my colleague on 415 555 0142"))
    harness.text(conversation.bob, conversation.bobs, "hello")
    converse(clock, alice)
    assert [body for _, body in harness.inbox(conversation.alice)] == ["hello", *[SENTENCES["blocked"]["en"]] * MOST]
    harness.set_fields(ContentPhone="off")


def test_the_opted_out_ones_friend_is_told_no_more_than_that(
    harness: WebhookHarness, clock: Clock, conversation: Conversation
) -> None:
    harness.text(conversation.bob, conversation.bobs, "STOP")
    for n in range(8):
        clock.advance(30)
        harness.text(conversation.alice, conversation.alices, f"are you there? {n}")
    assert [body for _, body in harness.inbox(conversation.alice)] == [SENTENCES["unavailable"]["en"]] * MOST
