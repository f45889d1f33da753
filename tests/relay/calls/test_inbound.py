"""Calls that come in: the table of docs/calls.md, played row by row, and the exact TwiML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.sentences import language_of, say_tag
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, call, heard, plan
from tests.relay.calls.stage import Stage
from tests.relay.calls.tables import ANSWERS, INBOUND, words

FORWARDED, NAME = "+16465550777", "Ophelia Quackenbush"


@dataclass(frozen=True)
class Call:
    """`callee` and `own`: who rings, and that person's own proxy number."""

    sender: str
    called: str
    talk: Talk | None = None
    callee: str = ""
    own: str = ""
    more: tuple[tuple[str, str], ...] = ()


def of(talk: Talk, **changes: Any) -> Call:
    return replace(Call(talk.alice, talk.alices, talk, talk.bob, talk.bobs), **changes)


def opened(**fields: Any) -> Callable[[Stage], list[Call]]:
    return lambda scene: [of(scene.open(**fields))]


def strangers(*senders: str) -> Callable[[Stage], list[Call]]:
    """Each calls a number that another one of them shares with somebody: none is ever taken for another."""
    return lambda scene: [Call(sender, scene.open().alices) for sender in senders]


def closed(scene: Stage) -> list[Call]:
    talk = scene.open()
    talk.session.update(status="closed")
    return [of(talk)]


def deleted(scene: Stage) -> list[Call]:
    talk = scene.open()
    talk.session.delete()
    return [of(talk)]


def removed(scene: Stage) -> list[Call]:
    talk = scene.open()
    talk.session.participants(talk.bob_sid).delete()
    return [Call(talk.bob, talk.bobs)]


def without_partner(scene: Stage) -> list[Call]:
    talk = scene.open()
    talk.session.participants(talk.bob_sid).delete()
    return [of(talk)]


def ttl_over(scene: Stage) -> list[Call]:
    talk = scene.open(ttl=60)
    scene.time.advance(61)
    return [of(talk)]


def expiry_over(scene: Stage) -> list[Call]:
    talk = scene.open(date_expiry=datetime.fromtimestamp(scene.time.now // 1000, UTC) + timedelta(seconds=90))
    scene.time.advance(91)
    return [of(talk)]


def astray(scene: Stage) -> list[Call]:
    talk = scene.open()
    return [of(talk, called=next(number for number in scene.pool if number not in (talk.alices, talk.bobs)))]


def timed(scene: Stage) -> list[Call]:
    scene.arrange(RingTimeout="40", CallTimeLimit="600")
    return [of(scene.open())]


def the_other_way_round(scene: Stage) -> list[Call]:
    talk = scene.open()
    return [Call(talk.bob, talk.bobs, talk, talk.alice, talk.alices)]


SETTINGS: dict[str, Callable[[Stage], list[Call]]] = {
    "call between two participants": opened(),
    "the same, the other way round": the_other_way_round,
    "numbers that the app wrote with spaces": opened(
        spell=lambda number: f"{number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"
    ),
    "voice-only Session": opened(mode="voice-only"),
    "a call that was forwarded to the proxy number": lambda scene: [
        of(scene.open(), more=(("forwarded_from", FORWARDED),))
    ],
    "a caller who shows a name": lambda scene: [of(scene.open(), more=(("caller_name", NAME),))],
    "the Service has times of its own": timed,
    "unknown caller": lambda scene: [Call(scene.person(), scene.open().alices)],
    "participant at a number that is not theirs": astray,
    "closed Session": closed,
    "deleted Session": deleted,
    "removed participant": removed,
    "ttl over, not swept yet": ttl_over,
    "date_expiry over, not swept yet": expiry_over,
    "partner removed": without_partner,
    "half-open: no partner yet": opened(people=1),
    "message-only Session": opened(mode="message-only"),
    "anonymous caller": strangers(
        "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "Anonymous", "RESTRICTED", "unknown", ""
    ),
    "short code": strangers("12345", "+12345"),
    "address that is no phone number": strangers("sip:+15105551000@a.example", "client:bob", "+1510٥٥٥", "My Bank"),
    "a number of the pool as caller": lambda scene: [Call(scene.pool[1], scene.pool[0])],
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(INBOUND) == list(SETTINGS)
    answers = {row[3] for row in INBOUND.values()}
    first = {"told to wait, callee asked first", "told to wait, put through"}
    assert answers | first | {"put through"} == set(ANSWERS)


@pytest.mark.parametrize("whisper", ["true", "false"])
@pytest.mark.parametrize("case", SETTINGS)
def test_case(scene: Stage, case: str, whisper: str) -> None:
    """Without `Whisper` alone what would be `callee asked first` differs."""
    scene.arrange(Whisper=whisper)
    event, reason, code, answer, notice = INBOUND[case]
    if whisper == "false" and answer == "callee asked first":
        answer = "put through"
    for one in SETTINGS[case](scene):
        if one.callee:
            plan(scene, one.callee, "manual")
        before = scene.writes()[1]
        twiml = arrive(scene, one)
        events = [found for found in scene.events(before) if found["t"] != "interaction.updated"]
        assert [found["t"] for found in events] == event.split(", ")
        detail = events[-1]["d"]
        assert (detail.get("reason", ""), str(detail.get("code", ""))) == (reason, code)
        own_times = case == "the Service has times of its own"
        assert twiml == expected(scene, ANSWERS[answer], one, notice, detail.get("sid", ""), own_times)
        assert (scene.rings(one.callee) if one.callee else []) == ([one.own] if not reason else [])
        assert (scene.sentences(one.sender) if one.sender else words(notice)) == words(notice)
    assert scene.sim("GET", "/alerts")["alerts"] == []


def arrive(scene: Stage, one: Call) -> str:
    """The TwiML that we answered."""
    if not one.sender:
        return scene.post(scene.voice_form("", one.called), scene.url("voice")).text
    sid = call(scene, one.sender, one.called, **dict(one.more))
    (asked,) = scene.sim("GET", f"/requests?kind=voice&call_sid={sid}")["requests"]
    assert asked["status"] == 200
    return str(asked["response"])


def expected(scene: Stage, template: str, one: Call, notice: str, interaction: str, own_times: bool) -> str:
    known = {"callee": one.callee, "own": one.own}
    known |= {"ring": "40", "limit": "600"} if own_times else {"ring": "25", "limit": "14400"}
    known |= {purpose: scene.address(purpose, interaction) for purpose in ("status", "ended", "whisper")}
    known |= {"words": "".join(words(notice)), "tag": say_tag(language_of(one.sender))}
    for name, value in known.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def test_both_directions_are_masked_and_heard(scene: Stage, talk: Talk) -> None:
    """Neither's own number is anywhere on the other's phone, and each hears the other."""
    for caller, number, callee, own in (
        (talk.alice, talk.alices, talk.bob, talk.bobs),
        (talk.bob, talk.bobs, talk.alice, talk.alices),
    ):
        scene.sim("POST", "/reset")
        call(scene, caller, number)
        act(scene, caller, "say", text="it is me")
        act(scene, callee, "say", text="and me")
        advance(scene, 30)
        act(scene, callee, "hangup")
        for phone, other, shown, words_of_other in (
            (caller, callee, number, "and me"),
            (callee, caller, own, "it is me"),
        ):
            sounds = heard(scene, phone)
            assert [one["text"] for one in sounds if one["kind"] == "bridged"] == [shown]
            assert [one["text"] for one in sounds if one["kind"] == "voice"] == [words_of_other]
            assert other not in str(sounds)
        assert scene.rings(callee) == [own]


def test_what_the_interaction_says_of_both_legs(scene: Stage, talk: Talk) -> None:
    parent = call(scene, talk.alice, talk.alices)
    child = next(one["sid"] for one in scene.calls() if one["parent_sid"] == parent)
    live = scene.interaction(talk)
    assert live["outbound_resource_status"] == "initiated" and live["outbound_resource_state"] == "in-progress"
    assert live["data"] == "{}"
    advance(scene, 5)
    act(scene, talk.bob, "hangup")
    done = scene.interaction(talk)
    assert (done["inbound_resource_sid"], done["outbound_resource_sid"]) == (parent, child)
    assert (done["inbound_participant_sid"], done["outbound_participant_sid"]) == (
        scene.alice_sid(talk), talk.bob_sid,
    )  # fmt: skip
    assert (done["type"], done["data"], done["inbound_resource_type"]) == ("voice", '{"duration":"5"}', "call")
    assert (done["inbound_resource_status"], done["outbound_resource_status"]) == ("in-progress", "completed")
    assert done["outbound_resource_url"].endswith(f"/Calls/{child}.json")
    read = talk.session.interactions.list()
    assert [(one.sid, one.outbound_resource_status) for one in read] == [(done["sid"], "completed")]


def test_unknown_closed_and_expired_sound_the_very_same(scene: Stage) -> None:
    """Whoever finds a number learns nothing from calling it."""
    talk, over = scene.open(), scene.open(ttl=60)
    talk.session.update(status="closed")
    scene.time.advance(61)
    asked = [(talk.alice, talk.alices), (over.alice, over.alices), (scene.person(), talk.alices), ("", talk.alices)]
    answers = {scene.post(scene.voice_form(who, number), scene.url("voice")).content for who, number in asked}
    assert len(answers) == 1
