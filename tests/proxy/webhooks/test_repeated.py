"""The carrier repeats a webhook when an answer was lost: the same bytes again, and nothing changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.proxy.webhooks.notices import worded
from tests.proxy.webhooks.scene import Scene, Talk


@pytest.fixture
def talk(scene: Scene) -> Talk:
    return scene.open()


def again(scene: Scene, form: dict[str, str], first: bytes) -> None:
    before = scene.writes()
    assert scene.post(form).content == first
    assert scene.writes() == before


def both(scene: Scene, talk: Talk) -> list[dict[str, str]]:
    """One that is relayed, one that is answered."""
    return [scene.form(talk.alice, talk.alices, "once"), scene.form(scene.person(), talk.alices, "once")]


def test_one_after_the_other(scene: Scene, talk: Talk) -> None:
    for form in both(scene, talk):
        first = scene.post(form).content
        for _ in range(5):
            again(scene, form, first)
    assert len(talk.session.interactions.list()) == 1


def test_fifty_at_once(scene: Scene, talk: Talk) -> None:
    for form in both(scene, talk):
        n = scene.writes()[1]
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _, form=form: scene.post(form), range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert scene.writes()[1] == n + 1
    assert len(talk.session.interactions.list()) == 1


def test_after_script_flush(scene: Scene, talk: Talk) -> None:
    for form in both(scene, talk):
        first = scene.post(form).content
        scene.stack.runtime.store.client.script_flush()
        again(scene, form, first)
    scene.stack.runtime.store.client.script_flush()
    assert scene.post(scene.form(talk.alice, talk.alices, "after the flush")).status_code == 200


def test_after_the_session_ended(scene: Scene, talk: Talk) -> None:
    form = scene.form(talk.alice, talk.alices, "while it was open")
    first = scene.post(form).content
    assert b"while it was open" in first
    talk.session.update(status="closed")
    again(scene, form, first)
    talk.session.delete()
    again(scene, form, first)


def test_after_the_neutral_reply_changed(scene: Scene, talk: Talk) -> None:
    """The decision stands; the words are those of now."""
    form = scene.form(scene.person(), talk.alices, "hello")
    first = scene.post(form).content
    before = scene.writes()[1]
    with worded(scene, "neutral_reply", "Another text."):
        assert b"Another text." in scene.post(form).content
    assert scene.post(form).content == first
    assert [event["t"] for event in scene.events(before)] == ["service.notices", "service.notices"]


def test_after_a_day_less_a_second(scene: Scene, talk: Talk) -> None:
    form = scene.form(talk.alice, talk.alices, "once")
    first = scene.post(form).content
    assert scene.clock
    scene.clock.advance(scene.stack.runtime.settings.replay_window_seconds - 1)
    again(scene, form, first)


def test_lost_answers_deliver_once(scene: Scene, talk: Talk) -> None:
    """The carrier itself repeats, as the fragment of the webhook's URL asks it to."""
    scene.sim("POST", "/faults", lose_answers=3)
    scene.text(talk.alice, talk.alices, "only once")
    assert scene.inbox(talk.bob) == [(talk.bobs, "only once")]
    assert len(talk.session.interactions.list()) == 1


def test_doubled_webhooks_deliver_once(scene: Scene, talk: Talk) -> None:
    scene.sim("POST", "/faults", webhook_copies=3)
    scene.text(talk.alice, talk.alices, "only once")
    scene.sim("POST", "/faults", webhook_copies=1)
    assert scene.inbox(talk.bob) == [(talk.bobs, "only once")]
    assert len(talk.session.interactions.list()) == 1
