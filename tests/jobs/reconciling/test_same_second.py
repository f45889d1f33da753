"""A text that no webhook brought, of the second in which its people joined: the carrier tells whole seconds.

Twilio's Message resource has `date_sent` in RFC 2822, to the second. If nobody else had the number, it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from carrier.client import Carrier, CarrierMessage
from common.sids import new
from jobs import recurring
from jobs.reconciling import missed
from tests.jobs.reconciling.watch import Watch
from tests.proxy.webhooks.scene import Talk

SETTLED = missed.SETTLE_SECONDS + 4


@pytest.fixture
def second(watch: Watch) -> Iterator[int]:
    """A second that has just begun, ms."""
    recurring.find_missed()
    watch.clock.now = (watch.clock.now // 1000 + 1) * 1000
    yield watch.clock.now


def find(watch: Watch, talk: Talk, at_ms: int, patch: pytest.MonkeyPatch) -> list[Any]:
    """The reasons with which Alice's text of that second is noted, once all is done."""
    listed = [CarrierMessage(
        sid=new("SM"), status="received", code=None, direction="inbound", sender=talk.alice, to=talk.alices,
        body="hello", at_ms=at_ms, media=0,
    )]  # fmt: skip
    patch.setattr(Carrier, "messages_between", lambda self, since, until, most: listed)
    watch.clock.advance(SETTLED)
    recurring.find_missed()
    watch.send()
    return [event["reason"] for event in watch.events("inbound.late") if event["sid"] == listed[0].sid]


def test_of_a_join(watch: Watch, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.clock.advance(0.9)
    talk = watch.scene.open()
    assert find(watch, talk, second, monkeypatch) == ["unsent"]
    assert watch.scene.inbox(talk.bob) == [(talk.bobs, "hello")]


def test_of_the_second_before_a_join(watch: Watch, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.clock.advance(1)
    talk = watch.scene.open()
    assert find(watch, talk, second, monkeypatch) == ["before-lease"]
    assert watch.scene.inbox(talk.bob) == []


def test_of_a_re_opening(watch: Watch, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same two people before and after it."""
    watch.clock.advance(-10)
    talk = watch.scene.open()
    watch.clock.now = second + 200
    talk.session.update(status="closed")
    watch.clock.advance(0.3)
    talk.session.update(status="in-progress")
    assert find(watch, talk, second, monkeypatch) == ["unsent"]
    assert watch.scene.inbox(talk.bob) == [(talk.bobs, "hello")]


def test_another_partner_in_that_second(watch: Watch, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.clock.advance(-10)
    talk = watch.scene.open()
    watch.clock.now = second + 200
    talk.session.participants(talk.bob_sid).delete()
    watch.clock.advance(0.3)
    carol = watch.scene.person()
    talk.session.participants.create(identifier=carol)
    assert find(watch, talk, second, monkeypatch) == ["before-lease"]
    assert watch.scene.inbox(carol) == []


def test_another_session_had_the_number_in_that_second(
    watch: Watch, second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watch.scene.set(CoolingSeconds="0").status_code == 200
    watch.clock.advance(-10)
    talk = watch.scene.open()
    watch.clock.now = second + 200
    talk.session.update(status="closed")
    watch.clock.advance(0.3)
    other = watch.scene.service.sessions(watch.scene.service.sessions.create().sid)
    carol = watch.scene.person()
    other.participants.create(identifier=talk.alice, proxy_identifier=talk.alices)
    other.participants.create(identifier=carol)
    assert find(watch, talk, second, monkeypatch) == ["before-lease"]
    assert watch.scene.inbox(carol) == [] and watch.scene.inbox(talk.bob) == []
