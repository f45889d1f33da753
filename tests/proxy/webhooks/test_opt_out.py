"""STOP and its kin: not relayed, no callback, and then nothing reaches that person until START."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.sids import new
from policy.blocks import block
from policy.sentences.sentences import SENTENCES
from proxy.cli.optouts import optouts as commands
from services.services import find_service
from storage import keys
from tests.proxy.webhooks.scene import Scene, Talk

UNAVAILABLE, ENDED, BEGUN = (SENTENCES[key]["en"] for key in ("unavailable", "opted_out", "opted_in"))


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
    """The carrier does not know them, so we answer; its own words go on to count."""
    scene.set(OptOutWords="BASTA, ¡Fin!")
    scene.text(talk.bob, talk.bobs, "fin")
    assert inbox(scene, talk.bob) == [(talk.bobs, ENDED)]
    scene.text(talk.alice, talk.alices, "STOP")
    scene.text(talk.bob, talk.bobs, "hello")
    assert scene.inbox(talk.alice)[-1][1].startswith("You have successfully been unsubscribed")
    assert len([doc for doc in optouts(scene).values() if b'"word"' in doc]) >= 1
    scene.set(OptOutWords="")


@pytest.mark.parametrize("word, reached", [("YES", True), ("yes ", True), ("Yes!", False)])
def test_YES_lifts_the_carriers_block_and_ours(scene: Scene, talk: Talk, word: str, reached: bool) -> None:
    """On a long code: Twilio's error page 23002 and its article on stop words."""
    scene.text(talk.bob, talk.bobs, "STOP")
    scene.text(talk.bob, talk.bobs, word)
    assert (talk.alices, word) in scene.inbox(talk.alice)
    scene.text(talk.alice, talk.alices, "hello again")
    assert ((talk.bobs, "hello again") in scene.inbox(talk.bob)) == reached


@pytest.mark.parametrize("word, reached", [("YES", False), ("START", True), ("UNSTOP", True)])
def test_on_a_toll_free_number(scene: Scene, word: str, reached: bool) -> None:
    """START and UNSTOP alone (Twilio's article on toll-free numbers); YES is relayed all the same."""
    alone = Scene(scene.stack, scene.clock)
    for _ in range(2):
        number = f"+1888555{next(scene.phones)}"
        alone.sim("POST", "/numbers", phone_number=number)
        alone.service.phone_numbers.create(phone_number=number)
    talk = alone.open()
    alone.text(talk.bob, talk.bobs, "STOP")
    alone.text(talk.bob, talk.bobs, word)
    assert ((talk.alices, word) in alone.inbox(talk.alice)) == (word != "UNSTOP")
    alone.text(talk.alice, talk.alices, "hello again")
    assert ((talk.bobs, "hello again") in alone.inbox(talk.bob)) == reached


def test_STOP_with_a_mark_is_heeded_and_answered_by_us(scene: Scene, talk: Talk) -> None:
    scene.text(talk.bob, talk.bobs, "STOP!")
    assert inbox(scene, talk.bob) == [(talk.bobs, ENDED)] and scene.inbox(talk.alice) == []
    scene.text(talk.alice, talk.alices, "hello")
    assert scene.inbox(talk.alice) == [(talk.alices, UNAVAILABLE)]
    scene.text(talk.bob, talk.bobs, "Start")
    assert inbox(scene, talk.bob)[1:] == [(talk.bobs, BEGUN)]
    scene.text(talk.alice, talk.alices, "welcome back")
    assert inbox(scene, talk.bob)[2:] == [(talk.bobs, "welcome back")]


def test_nobody_is_answered_who_may_hear_nothing(scene: Scene, talk: Talk) -> None:
    """A number of our own, which would answer back; a person that an operator has blocked."""
    assert "<Message" not in scene.post(scene.form(scene.pool[0], talk.bobs, "STOP!")).text
    service = find_service(scene.stack.runtime, scene.sid)
    assert service and block(scene.stack.runtime, service, "person", talk.bob)
    assert "<Message" not in scene.post(scene.form(talk.bob, talk.bobs, "STOP!")).text


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
