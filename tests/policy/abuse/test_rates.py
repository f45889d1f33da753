"""How often people may write and call: each person, each two people, a Service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.sids import new
from policy.sentences.sentences import SENTENCES
from tests.proxy.webhooks.scene import Clock, Scene, Talk

TOO_OFTEN = SENTENCES["rate_limited"]["en"]
Rates = dict[str, dict[str, int]]


def write(scene: Scene, talk: Talk, count: int, start: int = 0) -> list[str]:
    """Alice writes so many texts; what the carrier was answered."""
    return [scene.text(talk.alice, talk.alices, f"number {start + n}") for n in range(count)]


def relayed(answers: list[str]) -> int:
    return sum("statusCallback" in one for one in answers)


def reasons(scene: Scene, before: int) -> list[str]:
    return [event["d"]["reason"] for event in scene.events(before) if event["t"] == "inbound.refused"]


# Slow: plays minutes of conversation.
@pytest.mark.slow
def test_twenty_a_minute_is_never_too_much(scene: Scene, clock: Clock, talk: Talk) -> None:
    before = scene.writes()[1]
    for n in range(45):
        clock.advance(3)
        assert relayed([scene.text(talk.alice, talk.alices, f"as I said {n}")]) == 1
        assert relayed([scene.text(talk.bob, talk.bobs, f"and I said {n}")]) == 1
    assert reasons(scene, before) == []


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_a_person_may_send_so_many_at_once(scene: Scene, clock: Clock, talk: Talk) -> None:
    before = scene.writes()[1]
    answers = write(scene, talk, 65)
    assert relayed(answers) == relayed(answers[:60]) == 60
    assert len(scene.inbox(talk.bob)) == 60
    # Told once; then silence costs nobody anything.
    assert scene.inbox(talk.alice) == [(talk.alices, TOO_OFTEN)]
    assert reasons(scene, before) == ["person-limit"] * 5
    assert {event["d"]["code"] for event in scene.events(before) if event["t"] == "inbound.refused"} == {20429}
    # 60 a minute: the next is there in a second, and the other one is not concerned.
    assert relayed([scene.text(talk.bob, talk.bobs, "stop that, please")]) == 1
    clock.advance(0.9)
    assert relayed(write(scene, talk, 1, 70)) == 0
    clock.advance(0.1)
    assert relayed(write(scene, talk, 2, 80)) == 1
    clock.advance(60)
    assert relayed(write(scene, talk, 65, 100)) == 60
    assert scene.inbox(talk.alice)[1:] == [(talk.alices, "stop that, please")]


def test_one_person_in_all_their_sessions(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"]["person"] = 3
    other = scene.service.sessions.create(unique_name=new("other-"))
    participants = scene.service.sessions(other.sid).participants
    again = participants.create(identifier=talk.alice)
    participants.create(identifier=scene.person())
    assert again.proxy_identifier != talk.alices
    answers = write(scene, talk, 2) + [scene.text(talk.alice, again.proxy_identifier, f"here {n}") for n in range(3)]
    assert relayed(answers) == 3


def test_two_people_together(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"]["pair"] = 5
    before = scene.writes()[1]
    answers = [
        scene.text(talk.alice, talk.alices, f"who {n}") if n % 2 else scene.text(talk.bob, talk.bobs, f"what {n}")
        for n in range(8)
    ]
    assert relayed(answers) == 5
    assert reasons(scene, before) == ["pair-limit"] * 3


def test_a_service(scene: Scene, rates: Rates, clock: Clock) -> None:
    clock.advance(60)
    rates["message"]["service"] = 4
    before = scene.writes()[1]
    talks = [scene.open() for _ in range(6)]
    assert relayed([scene.text(one.alice, one.alices, "hello") for one in talks]) == 4
    assert reasons(scene, before) == ["service-limit"] * 2


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_a_refused_one_takes_no_token(scene: Scene, rates: Rates, clock: Clock, talk: Talk) -> None:
    rates["message"] |= {"person": 60, "pair": 2}
    write(scene, talk, 20)
    clock.advance(30)
    assert relayed(write(scene, talk, 3, 30)) == 1
    rates["message"]["pair"] = 0
    # Of the person's sixty one alone is gone.
    assert relayed(write(scene, talk, 70, 40)) == 59


def test_stop_is_always_heard(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"]["person"] = 1
    before = scene.writes()[1]
    write(scene, talk, 5)
    scene.text(talk.alice, talk.alices, "STOP")
    assert "person.opted_out" in [event["t"] for event in scene.events(before)]


def test_a_repeat_takes_no_token_and_hears_the_same(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"]["person"] = 2
    first, second, third = (scene.form(talk.alice, talk.alices, f"once {n}") for n in range(3))
    answers = [scene.post(form).text for form in (first, first, first, second, third)]
    assert answers[0] == answers[1] == answers[2] and relayed(answers) == 4
    refused = [scene.post(third).text for _ in range(3)]
    assert set(refused) == {answers[4]} and TOO_OFTEN in answers[4]


def test_a_repeated_call_takes_no_token_and_hears_the_same(
    scene: Scene, rates: Rates, clock: Clock, talk: Talk
) -> None:
    rates["voice"] = {"person": 1, "pair": 0, "service": 0}
    account = scene.form("", "", "")["AccountSid"]

    def call(sid: str) -> str:
        form = {"AccountSid": account, "CallSid": sid, "From": talk.alice, "To": talk.alices, "CallStatus": "ringing"}
        return scene.post(form, scene.url("voice")).text

    assert "<Dial" in call(new("CA"))
    late = new("CA")
    first = call(late)
    assert TOO_OFTEN in first and call(late) == first
    clock.advance(60)
    assert call(late) == first
    assert "<Dial" in call(new("CA"))


def test_withheld_numbers_are_bounded_too(scene: Scene, rates: Rates, clock: Clock, talk: Talk) -> None:
    clock.advance(60)
    rates["voice"] = {"person": 2, "pair": 0, "service": 0}
    account = scene.form("", "", "")["AccountSid"]
    form = {"AccountSid": account, "From": "+266696687", "To": talk.alices, "CallStatus": "ringing"}
    answers = [scene.post({**form, "CallSid": new("CA")}, scene.url("voice")).text for _ in range(4)]
    assert ["<Reject" in one for one in answers] == [False, False, True, True]


def test_a_clock_that_goes_back_limits_nobody(scene: Scene, rates: Rates, clock: Clock, talk: Talk) -> None:
    rates["message"]["person"] = 2
    clock.advance(3600)
    assert relayed(write(scene, talk, 2)) == 2
    clock.advance(-3600)
    for n in range(4):
        clock.advance(30)
        assert relayed(write(scene, talk, 1, n + 10)) == 1
    clock.advance(3600)


def test_strangers_are_bounded_too(scene: Scene, rates: Rates, clock: Clock) -> None:
    rates["message"]["person"] = 3
    stranger, before = scene.person(), scene.writes()[1]
    for _ in range(6):
        scene.text(stranger, scene.pool[0], "hello?")
    assert reasons(scene, before) == ["unknown"] * 3 + ["person-limit"] * 3


def test_at_once_no_more_than_the_limit(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"] |= {"person": 10, "pair": 0}
    forms = [scene.form(talk.alice, talk.alices, f"at once {n}") for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        answers = [answer.text for answer in pool.map(scene.post, forms)]
    assert relayed(answers) == 10


# Slow: sends minutes of texts.
@pytest.mark.slow
def test_no_limit(scene: Scene, rates: Rates, talk: Talk) -> None:
    rates["message"] |= {"person": 0, "pair": 0, "service": 0}
    assert relayed(write(scene, talk, 65)) == 65


@pytest.mark.parametrize("whose", ["person", "pair"])
def test_calls(scene: Scene, rates: Rates, clock: Clock, talk: Talk, whose: str) -> None:
    rates["voice"] = {"person": 0, "pair": 0, "service": 0, whose: 3}

    def call() -> str:
        sid = new("CA")
        form: dict[str, Any] = {"AccountSid": scene.form("", "", "")["AccountSid"], "CallSid": sid, "From": talk.alice}
        return scene.post({**form, "To": talk.alices, "CallStatus": "ringing"}, scene.url("voice")).text

    answers = [call() for _ in range(6)]
    assert ["<Dial" in one for one in answers] == [True] * 3 + [False] * 3
    assert TOO_OFTEN in answers[3] and "<Say" in answers[3]
    assert all('<Reject reason="busy"/>' in one for one in answers[4:])
    clock.advance(20)
    assert "<Dial" in call()
    # Texts have limits of their own.
    assert relayed(write(scene, talk, 1)) == 1
