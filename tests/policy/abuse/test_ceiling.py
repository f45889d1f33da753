"""How many segments an account may send in a day."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from policy.sentences.sentences import SENTENCES
from storage import keys
from storage.store import StoreUnavailable
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.stack import ACCOUNT, TOKEN

DAY = 86_400
NEUTRAL = SENTENCES["neutral_reply"]["en"]


@pytest.fixture(autouse=True)
def next_day(scene: Scene, clock: Clock, rates: dict[str, dict[str, int]]) -> Iterator[None]:
    """Each test begins with a day of its own."""
    rates["message"] = {"person": 0, "pair": 0, "service": 0}
    clock.now = (clock.now // (DAY * 1000) + 1) * DAY * 1000
    usual = scene.stack.runtime.settings
    yield
    scene.stack.runtime.settings = usual


def set_ceiling(scene: Scene, segments: int) -> None:
    rt = scene.stack.runtime
    rt.settings = replace(rt.settings, segments_per_day=segments)


def passed(scene: Scene, talk: Talk, body: str) -> bool:
    return "statusCallback" in scene.text(talk.alice, talk.alices, body)


def test_the_day_ends_and_begins(scene: Scene, clock: Clock, talk: Talk) -> None:
    set_ceiling(scene, 10)
    before = scene.writes()[1]
    assert [passed(scene, talk, f"text {n}") for n in range(13)] == [True] * 10 + [False] * 3
    reasons = [event["d"] for event in scene.events(before) if event["t"] == "inbound.refused"]
    assert [(one["reason"], one["code"]) for one in reasons] == [("ceiling", 63038)] * 3
    assert scene.inbox(talk.alice) == []
    clock.advance(DAY - 1)
    assert not passed(scene, talk, "still the same day")
    clock.advance(1)
    assert passed(scene, talk, "another day")


def test_segments_are_counted(scene: Scene, talk: Talk) -> None:
    set_ceiling(scene, 10)
    assert passed(scene, talk, "x" * 161 * 3)
    assert passed(scene, talk, "ж" * 71 * 2)
    # 4 and 3 are gone.
    assert not passed(scene, talk, "y" * 161 * 3)
    assert [passed(scene, talk, f"short {n}") for n in range(4)] == [True] * 3 + [False]


def test_a_repeat_is_sent_and_counted_once(scene: Scene, talk: Talk) -> None:
    set_ceiling(scene, 2)
    form = scene.form(talk.alice, talk.alices, "once")
    assert len({scene.post(form).text for _ in range(5)}) == 1
    assert [passed(scene, talk, f"text {n}") for n in range(2)] == [True, False]


def test_what_the_app_sends_counts(scene: Scene, talk: Talk) -> None:
    set_ceiling(scene, 3)
    send = talk.session.participants(talk.bob_sid).message_interactions.create
    send(body="x" * 200)
    scene.text(talk.alice, talk.alices, "the third")
    with pytest.raises(TwilioRestException) as error:
        send(body="more")
    assert (error.value.status, error.value.code) == (429, 63038)
    url = f"{scene.stack.url}/proxy/v1/Services/{scene.sid}/Sessions/{talk.session.fetch().sid}"
    path = f"{url}/Participants/{talk.bob_sid}/MessageInteractions"
    answer = requests.post(path, {"Body": "more"}, auth=(ACCOUNT, TOKEN), timeout=30)
    assert 86_000 < int(answer.headers["Retry-After"]) <= 86_401
    assert len(talk.session.interactions.list()) == 2


def test_what_we_say_counts(scene: Scene) -> None:
    set_ceiling(scene, 5)
    strangers = [scene.person() for _ in range(4)]
    for one in strangers:
        scene.text(one, scene.pool[0], "hello")
    assert [scene.inbox(one) != [] for one in strangers] == [True, True, False, False]


def test_all_services_of_an_account_together(scene: Scene, clock: Clock) -> None:
    scenes = [scene, Scene(scene.stack, clock, numbers=2), Scene(scene.stack, clock, numbers=2)]
    talks = [(one, one.open()) for one in scenes]
    set_ceiling(scene, 9)
    done = [passed(one, talk, f"text {n}") for n in range(5) for one, talk in talks]
    assert sum(done) == sum(done[:9]) == 9


def test_at_once(scene: Scene, talk: Talk) -> None:
    set_ceiling(scene, 1000)
    assert passed(scene, talk, "the first")
    set_ceiling(scene, 20)
    forms = [scene.form(talk.alice, talk.alices, f"at once {n}") for n in range(60)]
    with ThreadPoolExecutor(16) as pool:
        answers = [answer.text for answer in pool.map(scene.post, forms)]
    # A part of five came with the first; what two processes ask for at once is never handed out twice.
    assert sum("statusCallback" in one for one in answers) == 19


def test_few_trips_to_the_account(scene: Scene, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_ceiling(scene, 2000)
    asked, account = [], scene.stack.runtime.store.account

    def counted(script: str, *rest: Any) -> Any:
        asked.append(script)
        return account(script, *rest)

    monkeypatch.setattr(scene.stack.runtime.store, "account", counted)
    assert all([passed(scene, talk, f"text {n}") for n in range(40)])
    assert asked == ["grant_segments"] * 4


def test_closed_while_nobody_can_tell(scene: Scene, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_ceiling(scene, 100)
    form = scene.form(talk.alice, talk.alices, "wait for me")

    def silent(*_: object) -> None:
        raise StoreUnavailable("the store does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(scene.stack.runtime.store, "account", silent)
        assert scene.post(form).status_code == 503
        send = talk.session.participants(talk.bob_sid).message_interactions.create
        with pytest.raises(TwilioRestException) as error:
            send(body="not now")
        assert error.value.status == 503
    assert talk.session.interactions.list() == []
    # The carrier asks again.
    assert "statusCallback" in scene.post(form).text


def test_a_count_that_cannot_be_read_lets_nothing_pass(scene: Scene, talk: Talk) -> None:
    set_ceiling(scene, 100)
    client, key = scene.stack.runtime.store.client, keys.account("segments", ACCOUNT)
    client.delete(key)
    client.set(key, "broken")
    assert scene.post(scene.form(talk.alice, talk.alices, "hello")).status_code == 500
    assert talk.session.interactions.list() == []
    client.delete(key)
    assert passed(scene, talk, "hello")


def test_two_nodes_at_midnight(scene: Scene, clock: Clock, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's clock may be a little behind the Service's."""
    set_ceiling(scene, 100)
    store, account = scene.stack.runtime.store, scene.stack.runtime.store.account

    def behind(script: str, sid: str, args: dict[str, Any]) -> Any:
        clock.advance(-2)
        try:
            return account(script, sid, args)
        finally:
            clock.advance(2)

    monkeypatch.setattr(store, "account", behind)
    assert passed(scene, talk, "the first of the day")


def test_no_ceiling_keeps_no_count(scene: Scene, talk: Talk) -> None:
    client = scene.stack.runtime.store.client
    before = client.hgetall(keys.service("allowance", scene.sid))
    assert passed(scene, talk, "hello")
    assert client.hgetall(keys.service("allowance", scene.sid)) == before
