"""Auto-responders: two that meet, and one that meets what we say ourselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.sentences.sentences import SENTENCES
from tests.proxy.webhooks.scene import Clock, Scene, Talk

STOPPED, NEUTRAL = SENTENCES["loop_stopped"]["en"], SENTENCES["neutral_reply"]["en"]
MOST = 5


class Phone:
    """Answers each message at once."""

    def __init__(self, scene: Scene, number: str, says: Callable[[int], str]) -> None:
        self.scene, self.number, self.says, self.read, self.sent = scene, number, says, len(scene.inbox(number)), 0

    def answer(self) -> bool:
        new = self.scene.inbox(self.number)[self.read :]
        self.read += len(new)
        for sender, _ in new:
            self.sent += 1
            self.scene.text(self.number, sender, self.says(self.sent))
        return bool(new)


def converse(clock: Clock, *phones: Phone, seconds: float = 2) -> None:
    """Until nobody has anything to answer any more."""
    for _ in range(60):
        clock.advance(seconds)
        if not any([phone.answer() for phone in phones]):
            return
    raise AssertionError("they go on for ever")


def relayed(scene: Scene, before: int) -> int:
    return sum(event["t"] == "interaction.created" and "blocked_by" not in event["d"] for event in scene.events(before))


def always(text: str) -> Callable[[int], str]:
    return lambda n: text


def at_that_moment(n: int) -> str:
    return f"Auto-reply 14:{n % 60:02}:07: I am at the wheel, back soon"


def once_more(n: int) -> str:
    return "Im  Urlaub!" if n % 2 else "im urlaub!"


BEGINNINGS = {
    "one text": lambda scene, talk: scene.text(talk.alice, talk.alices, "Are you there?"),
    "two texts at once": lambda scene, talk: [
        scene.text(talk.alice, talk.alices, text) for text in ("Are you there?", "I am at the gate")
    ],
    "two texts that cross": lambda scene, talk: [
        scene.text(*who, "Where are you?") for who in ((talk.alice, talk.alices), (talk.bob, talk.bobs))
    ],
}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_however_it_begins(scene: Scene, clock: Clock, talk: Talk, beginning: str) -> None:
    before = scene.writes()[1]
    alice, bob = Phone(scene, talk.alice, always("I am driving.")), Phone(scene, talk.bob, always("We are closed."))
    BEGINNINGS[beginning](scene, talk)
    converse(clock, alice, bob, seconds=4)
    assert relayed(scene, before) <= MOST + len(BEGINNINGS) - 1
    assert [body for phone in (talk.alice, talk.bob) for _, body in scene.inbox(phone)].count(STOPPED) == 2


@pytest.mark.parametrize("first", [always("I am driving."), at_that_moment])
@pytest.mark.parametrize("second", [always("Thanks, we are closed."), at_that_moment, once_more])
def test_two_that_meet_stop(
    scene: Scene, clock: Clock, talk: Talk, first: Callable[[int], str], second: Callable[[int], str]
) -> None:
    before = scene.writes()[1]
    alice, bob = Phone(scene, talk.alice, first), Phone(scene, talk.bob, second)
    scene.text(talk.alice, talk.alices, "Are you there?")
    converse(clock, alice, bob)
    assert relayed(scene, before) <= MOST
    told = [(phone, body) for phone in (talk.alice, talk.bob) for _, body in scene.inbox(phone) if body == STOPPED]
    assert told == [(talk.alice, STOPPED), (talk.bob, STOPPED)]
    assert {event["d"].get("reason") for event in scene.events(before)} - {None} == {"loop"}
    # A person who writes something else gets through, and the machines stop again, without more words.
    middle = scene.writes()[1]
    scene.text(talk.alice, talk.alices, "It was only my phone that answered")
    converse(clock, alice, bob)
    assert ("It was only my phone that answered") in [body for _, body in scene.inbox(talk.bob)]
    assert 1 <= relayed(scene, middle) <= MOST
    assert sum(body == STOPPED for phone in (talk.alice, talk.bob) for _, body in scene.inbox(phone)) == 2


def test_each_is_told_from_the_number_they_know(scene: Scene, clock: Clock, talk: Talk) -> None:
    alice, bob = Phone(scene, talk.alice, always("away")), Phone(scene, talk.bob, always("busy"))
    scene.text(talk.alice, talk.alices, "away")
    converse(clock, alice, bob)
    assert (talk.alices, STOPPED) in scene.inbox(talk.alice)
    assert (talk.bobs, STOPPED) in scene.inbox(talk.bob)


def test_a_repeated_webhook_is_no_turn(scene: Scene, clock: Clock, talk: Talk) -> None:
    for n in range(3):
        clock.advance(1)
        who, number = ((talk.alice, talk.alices), (talk.bob, talk.bobs))[n % 2]
        form = scene.form(who, number, "the same")
        assert len({scene.post(form).text for _ in range(5)}) == 1
    assert STOPPED not in scene.post(scene.form(talk.bob, talk.bobs, "the same")).text
    assert STOPPED in scene.post(scene.form(talk.alice, talk.alices, "the same")).text


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


# Slow: plays long conversations that look a little like a loop.
@pytest.mark.slow
@pytest.mark.parametrize("how", PEOPLE)
def test_people_are_never_stopped(scene: Scene, clock: Clock, talk: Talk, how: str) -> None:
    seconds, alice, bob = PEOPLE[how]
    before = scene.writes()[1]
    for n in range(1, 21):
        clock.advance(seconds)
        scene.text(talk.alice, talk.alices, alice(n))
        clock.advance(seconds)
        scene.text(talk.bob, talk.bobs, bob(n))
    assert relayed(scene, before) == 40


def test_who_is_stopped_is_so_while_they_go_on(scene: Scene, clock: Clock, talk: Talk) -> None:
    machines = Phone(scene, talk.alice, always("away")), Phone(scene, talk.bob, always("busy"))
    scene.text(talk.alice, talk.alices, "away")
    converse(clock, *machines)
    before = scene.writes()[1]
    for _ in range(3):
        clock.advance(50)
        scene.text(talk.bob, talk.bobs, "busy")
    assert relayed(scene, before) == 0
    client: Any = scene.stack.runtime.store.client
    lives = [client.pttl(key) for name in ("turns", "told") for key in client.scan_iter(f"*:{name}:*")]
    assert lives and all(3_500_000 < life <= 3_600_000 for life in lives if life > 3_000_000) and max(lives) > 3_500_000
    scene.text(talk.bob, talk.bobs, "it is me")
    assert relayed(scene, before) == 1
    clock.advance(61)
    scene.text(talk.bob, talk.bobs, "it is me")
    assert relayed(scene, before) == 2


def test_our_own_words_are_no_partner(scene: Scene, clock: Clock) -> None:
    """A stranger's auto-responder would have a neutral reply answered, for ever."""
    stranger = Phone(scene, scene.person(), always("I am on holiday"))
    scene.text(stranger.number, scene.pool[0], "hello")
    converse(clock, stranger)
    assert [body for _, body in scene.inbox(stranger.number)] == [NEUTRAL] * MOST
    scene.text(stranger.number, scene.pool[1], "hello again")
    assert len(scene.inbox(stranger.number)) == MOST


def test_nor_is_what_the_content_policy_says(scene: Scene, clock: Clock, talk: Talk) -> None:
    scene.set(ContentPhone="block")
    alice = Phone(scene, talk.alice, always("I am away, call my colleague on 415 555 0142"))
    scene.text(talk.bob, talk.bobs, "hello")
    converse(clock, alice)
    assert [body for _, body in scene.inbox(talk.alice)] == ["hello", *[SENTENCES["blocked"]["en"]] * MOST]
    scene.set(ContentPhone="off")


def test_the_opted_out_ones_friend_is_told_no_more_than_that(scene: Scene, clock: Clock, talk: Talk) -> None:
    scene.text(talk.bob, talk.bobs, "STOP")
    for n in range(8):
        clock.advance(30)
        scene.text(talk.alice, talk.alices, f"are you there? {n}")
    assert [body for _, body in scene.inbox(talk.alice)] == [SENTENCES["unavailable"]["en"]] * MOST
