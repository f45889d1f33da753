"""Click to call: the tables of docs/calls.md, played row by row. Bob is rung first, then Alice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from common.sids import new
from policy.sentences.sentences import SENTENCES
from services.accounts import add_key
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, heard, plan, said
from tests.relay.calls.stage import Stage
from tests.relay.calls.tables import ANSWERS, CLICKS, REFUSALS, words
from tests.support.stack import ACCOUNT

# Slow: plays calls that the app orders, each to its end.
pytestmark = pytest.mark.slow


Play = Callable[[Stage, Talk], None]


def click(scene: Stage, talk: Talk) -> dict[str, Any]:
    answer = scene.place(talk)
    assert answer.status_code == 201, answer.text
    scene.settle()
    found: dict[str, Any] = answer.json()
    return found


def first(what: str, then: Play | None = None, **more: object) -> Play:
    def play(scene: Stage, talk: Talk) -> None:
        plan(scene, talk.bob, what, **more)
        click(scene, talk)
        if then:
            then(scene, talk)

    return play


def second(what: str, then: Play | None = None, whisper: bool = False) -> Play:
    def play(scene: Stage, talk: Talk) -> None:
        if whisper:
            scene.arrange(Whisper="true")
        plan(scene, talk.alice, what)
        click(scene, talk)
        if whisper:
            act(scene, talk.bob, "keys", keys="1")
        if then:
            then(scene, talk)

    return play


def hangs_up(who: str, seconds: float = 1) -> Play:
    def play(scene: Stage, talk: Talk) -> None:
        advance(scene, seconds)
        act(scene, getattr(talk, who), "hangup")

    return play


def waits(seconds: float) -> Play:
    return lambda scene, talk: advance(scene, seconds)


def ended_by_the_app(scene: Stage, talk: Talk) -> None:
    sid = scene.interaction(talk)["inbound_resource_sid"]
    scene.client.calls(sid).update(status="canceled")
    scene.settle()


def meanwhile(change: Play) -> Play:
    """While Bob's phone rings; then he picks up."""

    def play(scene: Stage, talk: Talk) -> None:
        plan(scene, talk.bob, "manual")
        click(scene, talk)
        change(scene, talk)
        act(scene, talk.bob, "answer")

    return play


def close(scene: Stage, talk: Talk) -> None:
    talk.session.update(status="closed")


def expire(scene: Stage, talk: Talk) -> None:
    talk.session.update(date_expiry=datetime.fromtimestamp(scene.time.now // 1000, UTC) + timedelta(seconds=20))
    scene.time.advance(21)


def remove(who: str) -> Play:
    def play(scene: Stage, talk: Talk) -> None:
        sid = talk.bob_sid if who == "bob" else scene.alice_sid(talk)
        talk.session.participants(sid).delete()

    return play


def presses_one(scene: Stage, talk: Talk) -> None:
    act(scene, talk.alice, "keys", keys="1")
    hangs_up("alice")(scene, talk)


PLAYS: dict[str, Play] = {
    "both talk": second("answer", hangs_up("alice", 30)),
    "the first is busy": first("busy"),
    "the first declines": first("manual", hangs_up("bob")),
    "the first does not pick up": first("no-answer", waits(26)),
    "the first has no such phone": first("fail"),
    "the app ends it while the first rings": first("manual", ended_by_the_app),
    "the second is busy": second("busy"),
    "the second declines": second("manual", hangs_up("alice")),
    "the second does not pick up": second("no-answer", waits(26)),
    "the second has no such phone": second("fail"),
    "the first hangs up while the second rings": second("manual", hangs_up("bob")),
    "the Session is closed while the first rings": meanwhile(close),
    "date_expiry comes while the first rings": meanwhile(expire),
    "the partner is removed while the first rings": meanwhile(remove("alice")),
    "the first is removed while being rung": meanwhile(remove("bob")),
    "asked, both press 1": second("answer", presses_one, whisper=True),
    "asked, the second has a mailbox": second("voicemail", waits(9), whisper=True),
}


def test_docs_and_tests_have_the_same_cases() -> None:
    assert list(CLICKS) == list(PLAYS)
    assert list(REFUSALS) == list(REFUSED)


@pytest.mark.parametrize("case", PLAYS)
def test_case(scene: Stage, talk: Talk, case: str) -> None:
    leg, state, told_first, told_second = CLICKS[case]
    before = scene.writes()[1]
    PLAYS[case](scene, talk)
    one = scene.interaction(talk)
    assert (one["inbound_resource_status"], one["outbound_resource_state"]) == (leg, state)
    assert one["outbound_resource_status"] == state
    assert (one["inbound_participant_sid"], one["outbound_participant_sid"]) == (talk.bob_sid, scene.alice_sid(talk))
    assert (scene.sentences(talk.bob), scene.sentences(talk.alice)) == (words(told_first), words(told_second))
    assert set(scene.rings(talk.bob)) <= {talk.bobs} and set(scene.rings(talk.alice)) <= {talk.alices}
    assert talk.alice not in str(heard(scene, talk.bob)) and talk.bob not in str(heard(scene, talk.alice))
    assert bridged(scene, talk.alice) == ([talk.alices] if state == "completed" else [])
    kinds = [event["t"] for event in scene.events(before)]
    assert kinds.count("interaction.created") == 1
    assert not scene.live(talk)
    assert {one["status"] for one in scene.posted()} <= {200}


def test_what_the_app_is_answered_and_the_first_hears(scene: Stage, talk: Talk) -> None:
    plan(scene, talk.bob, "manual")
    one = click(scene, talk)
    assert one == {**scene.interaction(talk), "inbound_resource_status": "queued", "date_updated": one["date_updated"]}
    assert (one["outbound_resource_status"], one["outbound_resource_state"]) == ("initiated", "queued")
    assert one["outbound_resource_sid"] is None and one["type"] == "voice" and one["data"] == "{}"
    (placed,) = scene.calls()
    assert (placed["sid"], placed["from"], placed["to"]) == (one["inbound_resource_sid"], talk.bobs, talk.bob)
    act(scene, talk.bob, "answer")
    advance(scene, 7)
    act(scene, talk.alice, "hangup")
    (connected,) = [entry for entry in scene.posted("voice") if entry["params"]["CallSid"] == placed["sid"]]
    known = {"callee": talk.alice, "own": talk.alices, "ring": "25", "limit": "14400", "tag": "en-US"}
    known |= {purpose: scene.address(purpose, one["sid"]) for purpose in ("status", "ended")}
    twiml = ANSWERS["told to wait, put through"].replace("{words}", words("calling")[0])
    for name, value in known.items():
        twiml = twiml.replace(f"{{{name}}}", value)
    assert connected["response"] == twiml
    done = scene.interaction(talk)
    assert (done["data"], done["sid"]) == ('{"duration":"7"}', one["sid"])
    assert done["outbound_resource_sid"] == next(c["sid"] for c in scene.calls() if c["parent_sid"] == placed["sid"])


def test_a_new_partner_is_who_is_rung(scene: Stage, talk: Talk) -> None:
    """Decided when the first has picked up, not when the app asked."""
    plan(scene, talk.bob, "manual")
    click(scene, talk)
    carol = scene.person()
    talk.session.participants(scene.alice_sid(talk)).delete()
    added = talk.session.participants.create(identifier=carol)
    act(scene, talk.bob, "answer")
    assert (scene.rings(talk.alice), scene.rings(carol)) == ([], [added.proxy_identifier])
    assert scene.interaction(talk)["outbound_participant_sid"] == added.sid


# --- refused ---------------------------------------------------------------------------------------------------------


def with_session(open_it: Callable[[Stage], Talk], change: Play | None = None, who: str = "") -> Any:
    def ask(scene: Stage) -> tuple[Talk, requests.Response]:
        talk = open_it(scene)
        if change:
            change(scene, talk)
        return talk, scene.place(talk, who)

    return ask


def given(**fields: str) -> Any:
    def ask(scene: Stage) -> tuple[Talk, requests.Response]:
        talk = scene.open()
        return talk, scene.ask("POST", f"/Sessions/{scene.session(talk)}/Calls", **fields)

    return ask


def run_out(scene: Stage, talk: Talk) -> None:
    talk.session.update(ttl=60)
    scene.time.advance(61)


def in_another(scene: Stage) -> tuple[Talk, requests.Response]:
    talk = scene.open()
    return talk, scene.place(talk, scene.open().bob_sid)


def in_none(scene: Stage) -> tuple[Talk, requests.Response]:
    talk = scene.open()
    return talk, scene.ask("POST", f"/Sessions/{new('KC')}/Calls", Participant=talk.bob_sid)


def signed_in_as(*auth: str) -> Any:
    def ask(scene: Stage) -> tuple[Talk, requests.Response]:
        talk, path = scene.open(), "/Sessions/{}/Calls"
        who = auth or add_key(scene.stack.runtime, ACCOUNT, "read-only", "read-only")
        return talk, scene.ask("POST", path.format(scene.session(talk)), auth=who, Participant=talk.bob_sid)

    return ask


REFUSED: dict[str, Callable[[Stage], tuple[Talk, requests.Response]]] = {
    "closed Session": with_session(Stage.open, close),
    "expired Session": with_session(Stage.open, run_out),
    "message-only Session": with_session(lambda scene: scene.open(mode="message-only")),
    "no partner": with_session(lambda scene: scene.open(people=1)),
    "unknown Session": in_none,
    "unknown Participant": with_session(Stage.open, None, new("KP")),
    "removed Participant": with_session(Stage.open, remove("bob")),
    "Participant of another Session": in_another,
    "no Participant given": given(Other="1"),
    "empty Participant": given(Participant=""),
    "Participant that is no SID": given(Participant="bob"),
    "a key that may only read": signed_in_as(),
    "no credentials": signed_in_as("", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(scene: Stage, case: str) -> None:
    status, code = map(int, REFUSALS[case])
    talk, answer = REFUSED[case](scene)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert scene.calls() == [] and scene.interactions(talk) == []
    assert talk.bob not in answer.text and talk.alice not in answer.text


@pytest.mark.parametrize("path", ["GET", "PUT", "DELETE"])
def test_other_methods(scene: Stage, talk: Talk, path: str) -> None:
    assert scene.ask(path, f"/Sessions/{scene.session(talk)}/Calls").status_code == 405


def test_by_unique_name(scene: Stage, talk: Talk) -> None:
    name = talk.session.fetch().unique_name
    assert scene.ask("POST", f"/Sessions/{name}/Calls", Participant=talk.bob_sid).status_code == 201
    scene.settle()
    assert bridged(scene, talk.alice) == [talk.alices]


@pytest.mark.parametrize("pressed, rings", [("1", True), ("2", False), (None, False)])
def test_with_whisper_who_is_rung_first_presses_a_key_too(
    scene: Stage, talk: Talk, pressed: str | None, rings: bool
) -> None:
    """A mailbox that picks up would be put through to the other, who hears whose it is."""
    scene.arrange(Whisper="true")
    plan(scene, talk.bob, *(["answer"] if pressed else ["voicemail"]))
    click(scene, talk)
    assert SENTENCES["whisper"]["en"] in said(scene, talk.bob)
    if pressed:
        act(scene, talk.bob, "keys", keys=pressed)
    advance(scene, 30)
    assert bool(heard(scene, talk.alice)) == rings
