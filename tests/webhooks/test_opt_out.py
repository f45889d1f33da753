"""STOP and its kin: not relayed, no callback, and then nothing reaches that person until START."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.cli_optouts import optouts as commands
from relay.sids import new
from relay.words.keywords import START_WORDS, STOP_WORDS, Keyword, keyword
from relay.words.sentences import SENTENCES
from storage import keys
from tests.webhooks.scene import Scene, Talk

UNAVAILABLE = SENTENCES["unavailable"]["en"]
SPELLINGS = (
    "stop",
    " Stop. ",
    "ＳＴＯＰ",
    "ЅТОР",
    "stop!",
    "Arrêté",
    "ARRÊT",
    "opt-out",
    "Opt Out",
    "s\u200btop",
    "QUIT\n",
)


@pytest.fixture
def talk(scene: Scene) -> Talk:
    scene.set(OptOutScope="pair", OptOutWords="")
    return scene.open()


def inbox(scene: Scene, phone: str) -> list[tuple[str, str]]:
    """Without the carrier's own answers to such words."""
    return [(sender, body) for sender, body in scene.inbox(phone) if not body.startswith("You have successfully been")]


def optouts(scene: Scene) -> dict[bytes, bytes]:
    found: Any = scene.stack.runtime.store.client.hgetall(keys.service("optouts", scene.sid))
    return dict(found)


@pytest.mark.parametrize("text", [*sorted(STOP_WORDS), *SPELLINGS])
def test_a_stopping_word(text: str) -> None:
    assert keyword(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text", ["please stop", "end of the road", "YES", "HELP", "INFO", "stop it", "", "🛑", "stopp"]
)
def test_no_such_word(text: str) -> None:
    assert keyword(text) is None


def test_start_and_unstop() -> None:
    assert {keyword(word) for word in START_WORDS} == {Keyword.START, Keyword.UNSTOP}


def test_stop_then_start(scene: Scene, talk: Talk) -> None:
    before = scene.writes()[1]
    assert "<Response/>" in scene.text(talk.bob, talk.bobs, "Stop")
    assert (scene.inbox(talk.alice), talk.session.interactions.list()) == ([], [])
    kinds = [(event["t"], event["d"].get("code")) for event in scene.events(before)]
    assert kinds == [("person.opted_out", None), ("inbound.refused", 80901)]
    scene.text(talk.alice, talk.alices, "are you there?")
    assert inbox(scene, talk.bob) == []
    assert scene.inbox(talk.alice) == [(talk.alices, UNAVAILABLE)]
    # What they write themselves goes on.
    scene.text(talk.bob, talk.bobs, "leave me alone")
    assert (talk.alices, "leave me alone") in scene.inbox(talk.alice)
    scene.text(talk.bob, talk.bobs, "START")
    assert (talk.alices, "START") in scene.inbox(talk.alice)
    scene.text(talk.alice, talk.alices, "welcome back")
    assert inbox(scene, talk.bob) == [(talk.bobs, "welcome back")]


def test_unstop_is_not_relayed(scene: Scene, talk: Talk) -> None:
    for text in ("STOP", "Unstop"):
        scene.text(talk.bob, talk.bobs, text)
    assert scene.inbox(talk.alice) == []
    scene.text(talk.alice, talk.alices, "hello")
    assert inbox(scene, talk.bob) == [(talk.bobs, "hello")]


@pytest.mark.parametrize("scope, reached", [("pair", True), ("service", False)])
def test_how_far_it_goes(scene: Scene, talk: Talk, scope: str, reached: bool) -> None:
    """The same person in another Session, at another number."""
    scene.set(OptOutScope=scope)
    scene.text(talk.bob, talk.bobs, "STOP")
    carol = scene.person()
    other = scene.service.sessions(scene.service.sessions.create().sid)
    there = [other.participants.create(identifier=one) for one in (talk.bob, carol)]
    assert there[0].proxy_identifier != talk.bobs
    scene.text(carol, there[1].proxy_identifier, "hello")
    assert (inbox(scene, talk.bob) != []) == reached


def test_words_of_the_services_own(scene: Scene, talk: Talk) -> None:
    scene.set(OptOutWords="BASTA, ¡Fin!")
    assert "<Response/>" in scene.text(talk.bob, talk.bobs, "fin")
    scene.text(talk.alice, talk.alices, "STOP")
    assert inbox(scene, talk.bob) == [] and len(optouts(scene)) >= 1
    scene.set(OptOutWords="")


def test_a_repeat_changes_nothing(scene: Scene, talk: Talk) -> None:
    form = scene.form(talk.bob, talk.bobs, "STOP")
    first = scene.post(form).content
    before = scene.writes()
    assert scene.post(form).content == first
    assert scene.writes() == before


def test_given_out_and_taken_up(scene: Scene, talk: Talk) -> None:
    scene.text(talk.bob, talk.bobs, "STOP")
    run = scene.stack.app.test_cli_runner()
    given = run.invoke(commands, ["export", scene.sid]).output
    assert f"{talk.bob},{talk.bobs}," in given
    assert talk.bob not in json.dumps([(k.decode(), v.decode()) for k, v in optouts(scene).items()])
    assert run.invoke(commands, ["remove", scene.sid], input=given).output.endswith("ended\n")
    assert f"{talk.bob},{talk.bobs}" not in run.invoke(commands, ["export", scene.sid]).output
    assert run.invoke(commands, ["import", scene.sid], input=f"{talk.bob}\n").output == "1 new\n"
    scene.text(talk.alice, talk.alices, "hello")
    assert inbox(scene, talk.bob) == []
    bad = run.invoke(commands, ["import", scene.sid], input=f"{scene.person()}\nnobody\n")
    assert bad.exit_code != 0 and "Line 2, column identifier" in bad.output
    assert run.invoke(commands, ["export", new("KS")]).exit_code != 0
