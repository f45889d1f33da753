"""How calls end: the table of docs/calls.md, played row by row between virtual phones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy.sentences.sentences import SENTENCES
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, call, heard, plan, said
from tests.relay.calls.stage import Stage
from tests.relay.calls.tables import ENDS, words

# Slow: plays every way in which a call ends.
pytestmark = pytest.mark.slow


Play = Callable[[Stage, Talk], None]
MAILBOX = "Ophelia Quackenbush"


def calls(scene: Stage, talk: Talk) -> None:
    call(scene, talk.alice, talk.alices)


def planned(what: str, *, then: Play | None = None, **more: object) -> Play:
    """Bob's phone is told what to do, Alice calls, and then something happens."""

    def play(scene: Stage, talk: Talk) -> None:
        plan(scene, talk.bob, what, **more)
        calls(scene, talk)
        if then:
            then(scene, talk)

    return play


def after(seconds: float, who: str = "", what: str = "hangup") -> Play:
    def play(scene: Stage, talk: Talk) -> None:
        advance(scene, seconds)
        if who:
            act(scene, getattr(talk, who), what)

    return play


def presses(key: str) -> Play:
    return lambda scene, talk: act(scene, talk.bob, "keys", keys=key)


def takes_it(scene: Stage, talk: Talk) -> None:
    assert bridged(scene, talk.alice) == []
    presses("1")(scene, talk)
    after(30, "bob")(scene, talk)


def cannot_be_reached(scene: Stage, talk: Talk) -> None:
    scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 13225})
    calls(scene, talk)


def until_the_limit(scene: Stage, talk: Talk) -> None:
    scene.arrange(CallTimeLimit="60")
    calls(scene, talk)
    advance(scene, 59)
    assert scene.sim("GET", f"/phones/{talk.bob}")["state"] == "bridged"
    advance(scene, 2)


PLAYS: dict[str, Play] = {
    "not asked, talked, the callee hangs up": planned("answer", then=after(30, "bob")),
    "not asked, talked, the caller hangs up": planned("answer", then=after(30, "alice")),
    "not asked, talked until the time limit": until_the_limit,
    "busy": planned("busy"),
    "the callee declines": planned("manual", then=after(2, "bob")),
    "nobody picks up": planned("no-answer", then=after(26)),
    "no such phone": planned("fail"),
    "the carrier refuses the callee's number": cannot_be_reached,
    "the caller gives up while it rings": planned("manual", then=after(3, "alice")),
    "not asked, a mailbox picks up": planned("voicemail", name=MAILBOX, then=after(30, "alice")),
    "asked, the callee presses 1": planned("answer", then=takes_it),
    "asked, the callee presses another key": planned("answer", then=presses("2")),
    "asked, the callee presses nothing": planned("answer", then=after(9)),
    "asked, the callee hangs up": planned("answer", then=after(2, "bob")),
    "asked, a mailbox picks up": planned("voicemail", name=MAILBOX, then=after(9)),
    "asked, the caller gives up meanwhile": planned("answer", then=after(2, "alice")),
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(ENDS) == list(PLAYS)


def whispers(case: str) -> list[str]:
    """`asked` is how a new Service is; what says nothing of it is the same for both."""
    return {"asked": ["true"], "not asked": ["false"]}.get(case.partition(",")[0], ["true", "false"])


@pytest.mark.parametrize("case, whisper", [(case, whisper) for case in PLAYS for whisper in whispers(case)])
def test_case(scene: Stage, talk: Talk, case: str, whisper: str) -> None:
    state, duration, caller, callee = ENDS[case]
    scene.arrange(Whisper=whisper)
    PLAYS[case](scene, talk)
    one = scene.interaction(talk)
    assert (one["outbound_resource_state"], one["outbound_resource_status"]) == (state, state)
    assert (one["data"] != "{}") == bool(duration)
    mailbox = [f"This is the mailbox of {MAILBOX}. Leave a message after the tone."]
    assert scene.sentences(talk.alice) == words(caller)
    assert voices(scene, talk.alice) == (mailbox if case == "not asked, a mailbox picks up" else [])
    assert scene.sentences(talk.bob) == words(callee)
    assert bridged(scene, talk.alice) == ([talk.alices] if state == "completed" else [])
    assert set(scene.rings(talk.bob)) <= {talk.bobs}
    assert {one["status"] for one in scene.calls()} <= {"completed", "busy", "failed", "no-answer", "canceled"}
    assert {one["status"] for one in scene.posted()} == {200}
    assert not scene.live(talk)


def voices(scene: Stage, phone: str) -> list[str]:
    return [str(one["text"]) for one in heard(scene, phone) if one["kind"] == "voice"]


@pytest.mark.parametrize("case", ["busy", "nobody picks up", "no such phone", "asked, a mailbox picks up"])
def test_no_callback_but_the_action_is_enough(scene: Stage, talk: Talk, case: str) -> None:
    """And the other way round, see test_statuses.py."""
    scene.sim("POST", "/faults", drop_status_callbacks=True)
    scene.arrange(Whisper="true")
    PLAYS[case](scene, talk)
    assert scene.interaction(talk)["outbound_resource_state"] == ENDS[case][0]
    assert scene.sentences(talk.alice) == words(ENDS[case][2])


def test_a_deleted_interaction_changes_nothing_of_what_is_heard(scene: Stage, talk: Talk) -> None:
    plan(scene, talk.bob, "manual")
    calls(scene, talk)
    talk.session.interactions(scene.interaction(talk)["sid"]).delete()
    act(scene, talk.bob, "hangup")
    assert scene.sentences(talk.alice) == words("busy")
    assert {one["status"] for one in scene.posted()} == {200}


def test_a_deleted_interaction_and_a_callee_who_is_asked(scene: Stage, talk: Talk) -> None:
    scene.arrange(Whisper="true")
    plan(scene, talk.bob, "manual")
    calls(scene, talk)
    talk.session.interactions(scene.interaction(talk)["sid"]).delete()
    act(scene, talk.bob, "answer")
    act(scene, talk.bob, "keys", keys="1")
    assert scene.sentences(talk.bob) == words("whisper") and bridged(scene, talk.bob) == [talk.bobs]


@pytest.mark.parametrize("what, heard_at_the_end", [("busy", "busy"), ("no-answer", "no_answer"), ("answer", None)])
def test_the_fallback_of_the_end_rings_nobody_again(
    scene: Stage, talk: Talk, what: str, heard_at_the_end: str | None
) -> None:
    """The action's answer is lost for good, so the carrier asks the number's fallback, which is our voice webhook."""
    plan(scene, talk.bob, what)
    scene.sim("POST", "/faults", rules=[{"on": "voice-action", "do": "drop", "count": 6}])
    call(scene, talk.alice, talk.alices)
    if what == "answer":
        act(scene, talk.bob, "hangup")
    advance(scene, 30)
    assert [one["to"] for one in scene.sim("GET", "/calls")["calls"]].count(talk.bob) == 1
    assert said(scene, talk.alice) == ([SENTENCES[heard_at_the_end]["en"]] if heard_at_the_end else [])
