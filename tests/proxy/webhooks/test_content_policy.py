"""The content policy at work: flagged, covered or stopped, the same for every repeat, and nothing where it is off."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from common.identifiers import SCHEME
from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.proxy.webhooks.scene import Scene, Talk
from tests.support.stack import ACCOUNT, TOKEN

NUMBER, COVERED = "call me on 415 555 0142 tonight", "call me on ••• tonight"
MODES = ("ContentPhone", "ContentCard", "ContentEmail", "ContentProfanity")


@pytest.fixture
def talk(scene: Scene) -> Talk:
    scene.set(**dict.fromkeys(MODES, "off"))
    return scene.open()


def flags(talk: Talk) -> list[list[str]]:
    found = talk.session.interactions.list()
    bodies: list[Any] = [requests.get(str(one.url), auth=(ACCOUNT, TOKEN), timeout=30).json() for one in found]
    return [body["content_flags"] for body in bodies]


def test_off_by_default(scene: Scene, talk: Talk) -> None:
    scene.text(talk.alice, talk.alices, NUMBER)
    assert (scene.inbox(talk.bob), flags(talk)) == ([(talk.bobs, NUMBER)], [[]])
    assert not list(scene.stack.runtime.store.client.scan_iter(match="*:recent:*"))


@pytest.mark.parametrize("mode, arrives", [("flag", NUMBER), ("mask", COVERED)])
def test_flagged_or_covered(scene: Scene, talk: Talk, mode: str, arrives: str) -> None:
    scene.set(ContentPhone=mode)
    scene.text(talk.alice, talk.alices, NUMBER)
    assert (scene.inbox(talk.bob), flags(talk)) == ([(talk.bobs, arrives)], [["phone"]])
    (one,) = talk.session.interactions.list()
    assert arrives in one.data.encode().decode("unicode_escape") if mode == "flag" else "415" not in one.data


@pytest.mark.parametrize(
    "text, trips",
    [
        ("I am at the corner", 1),
        ("I can be there in two minutes", 1),
        ("at 5", 2),
        ("0142", 2),
        ("is it 555", 2),
        ("a@example.com", 1),
    ],
)
def test_most_texts_need_one_trip_to_the_store(scene: Scene, talk: Talk, text: str, trips: int) -> None:
    scene.set(**dict.fromkeys(MODES, "flag"))
    scene.text(talk.alice, talk.alices, "see you")
    client: Any = scene.stack.runtime.store.client
    before = client.info("commandstats").get("cmdstat_lrange", {}).get("calls", 0)
    scene.post(scene.form(talk.alice, talk.alices, text))
    assert client.info("commandstats").get("cmdstat_lrange", {}).get("calls", 0) - before == trips - 1


def test_stopped(scene: Scene, talk: Talk) -> None:
    scene.set(ContentCard="block")
    before = scene.writes()[1]
    scene.text(talk.alice, talk.alices, "my card is 4111 1111 1111 1111")
    assert scene.inbox(talk.bob) == []
    assert scene.inbox(talk.alice) == [(talk.alices, SENTENCES["blocked"]["en"])]
    (told,) = (event["d"] for event in scene.events(before) if event["t"] == "message.blocked")
    assert (told["reason"], told["flags"]) == ("content", ["card"])
    (one,) = talk.session.interactions.list()
    assert (one.outbound_participant_sid, one.inbound_resource_status) == (None, "received")


def test_in_several_messages(scene: Scene, talk: Talk) -> None:
    scene.set(ContentPhone="block")
    for part in ("my number is 415", "555", "0142"):
        scene.text(talk.alice, talk.alices, part)
    assert len(scene.inbox(talk.bob)) < 3
    scene.text(talk.bob, talk.bobs, "0142")
    assert (talk.alices, "0142") in scene.inbox(talk.alice)


def test_a_repeat_gets_the_same_bytes(scene: Scene, talk: Talk) -> None:
    scene.set(ContentPhone="mask")
    forms = [scene.form(talk.alice, talk.alices, part) for part in ("it is 415 555", "0142", NUMBER)]
    first = [scene.post(form).content for form in forms]
    assert [scene.post(form).content for form in forms] == first
    assert len(talk.session.interactions.list()) == len(forms)


def test_what_is_kept_for_it_is_sealed_and_passes(scene: Scene, talk: Talk) -> None:
    scene.set(ContentPhone="mask")
    for n in range(15):
        scene.text(talk.alice, talk.alices, f"{NUMBER} at the gate {n}")
    rt = scene.stack.runtime
    client, who = rt.store.client, rt.index.of(scene.sid, SCHEME, talk.alice)
    line = keys.service("recent", scene.sid, f"{who}|{talk.alices}")
    rows: Any = client.lrange(line, 0, -1)
    # Four digits alone would be in a random SID or seal once in a hundred runs.
    assert len(rows) == 12 and not any(part in row for row in rows for part in (NUMBER.encode(), b"the gate"))
    assert 0 < client.ttl(line) <= 3600
