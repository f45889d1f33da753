"""Lists that cannot be had, webhooks late, doubled and in any order, things deleted meanwhile: the end is the same."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs import recurring
from tests.jobs.reconciling.watch import FIRST, SECOND, Watch

# Slow: plays webhooks and jobs in every order.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_a_list_that_cannot_be_had(watch: Watch, do: str) -> None:
    """Nothing is concluded, however long it lasts."""
    talk, other = watch.scene.open(), watch.scene.open()
    watch.silence()
    watch.text(talk, "hello")
    watch.mend()
    watch.lose(other, "hello")
    watch.fault(("rest:messages", do), method="GET")
    watch.look(FIRST, SECOND, SECOND, SECOND)
    assert watch.statuses(talk) + watch.statuses(other) == ["queued", "queued"]
    watch.mend()
    watch.look(FIRST * 2, SECOND)
    assert (watch.statuses(talk), watch.statuses(other)) == (["delivered"], ["queued"])
    assert len(watch.events("message.resent")) == 1


def test_what_the_carrier_tells_goes_before_what_was_found(watch: Watch) -> None:
    """Two equal texts, the first of them late: each was given the other's resource."""
    talk = watch.scene.open()
    watch.silence()
    for _ in range(2):
        watch.text(talk, "ok")
    watch.look(FIRST)
    (first, second), (one, two) = watch.all(talk), watch.sent(talk.bob)
    watch.tell(first.sid, two, "undelivered")
    watch.tell(second.sid, one, "sent")
    found = [(i.outbound_resource_sid, i.outbound_resource_status) for i in watch.all(talk)]
    assert found == [(two, "undelivered"), (one, "sent")]
    watch.tell(first.sid, one, "delivered")
    assert watch.all(talk)[0].outbound_resource_sid == two


def test_told_after_it_was_called_lost(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.lose(talk, "hello")
    watch.look(FIRST, SECOND)
    one = watch.one(talk)
    watch.tell(one.sid, "SM" + "5" * 32, "delivered")
    assert (watch.one(talk).outbound_resource_sid, watch.statuses(talk)) == ("SM" + "5" * 32, ["delivered"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["queued", "sent", "delivered", "look", "look"]), st.integers(0, 2))
def test_webhooks_and_looks_in_any_order(watch: Watch, steps: list[str], dropped: int) -> None:
    """Late, doubled or missing: the end is the same."""
    watch = watch.anew()
    talk = watch.scene.open()
    watch.silence()
    watch.text(talk, "hello")
    (sid,) = watch.sent(talk.bob)
    for step in steps[dropped:]:
        if step == "look":
            watch.look(FIRST)
        else:
            watch.tell(watch.one(talk).sid, sid, step)
            watch.tell(watch.one(talk).sid, sid, step)
    watch.look(500)
    one = watch.one(talk)
    assert (one.outbound_resource_sid, one.outbound_resource_status) == (sid, "delivered")


def test_doubled_and_reordered_webhooks(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.scene.sim("POST", "/faults", webhook_copies=3)
    watch.fault(("statuses", "reorder"))
    for _ in range(3):
        watch.text(talk, "ok")
    n = len(watch.events("interaction.updated"))
    watch.look(FIRST, SECOND)
    assert watch.statuses(talk) == ["delivered"] * 3
    assert len(watch.events("interaction.updated")) == n
    assert len(watch.sent(talk.bob)) == 3


@pytest.mark.failures
def test_one_that_cannot_be_read_holds_up_no_other(watch: Watch) -> None:
    broken, talk = watch.scene.open(), watch.scene.open()
    watch.silence()
    watch.text(broken, "hello")
    watch.text(talk, "hello")
    watch.spoil(watch.one(broken).sid)
    watch.look(FIRST)
    assert watch.statuses(talk) == ["delivered"]
    assert watch.watched() == 1


def test_looked_for_by_many_at_once(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.silence()
    for _ in range(3):
        watch.text(talk, "ok")
    watch.clock.advance(FIRST)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: recurring.reconcile(), range(4)))
    assert len(watch.events("interaction.updated")) == 3
    assert len({one.outbound_resource_sid for one in watch.all(talk)}) == 3


def test_deleted_meanwhile(watch: Watch) -> None:
    talk, other = watch.scene.open(), watch.scene.open()
    watch.silence()
    watch.text(talk, "hello")
    watch.text(other, "hello")
    talk.session.interactions(watch.one(talk).sid).delete()
    other.session.delete()
    watch.look(FIRST)
    assert watch.watched() == 0


def test_deleted_at_the_carrier(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.fault(("status", "drop"))
    watch.text(talk, "hello")
    watch.scene.client.messages(watch.one(talk).outbound_resource_sid).delete()
    watch.look(FIRST)
    assert (watch.watched(), watch.statuses(talk)) == (0, ["queued"])


def test_no_number_in_any_log(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    talk = watch.scene.open()
    watch.lose(talk, "hello")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        watch.look(FIRST)
        watch.fault(("rest:messages", "429"), method="GET")
        watch.look(SECOND)
    assert "status 429" in caplog.text
    assert not [real for real in (talk.alice, talk.bob) if real[1:] in caplog.text]
