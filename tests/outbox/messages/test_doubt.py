"""A message of which nobody knows whether it went out: settled by evidence, and by nothing else."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from common import claim_worker
from outbox import run
from tests.outbox.messages.office import DOUBT, LEASE, LOOK, Office
from tests.proxy.webhooks.faulty import carrier_with
from tests.proxy.webhooks.scene import Talk
from tests.support.stack import ACCOUNT

#: Threads die in it on purpose.
# Slow: plays messages that may or may not have been sent, until that is settled.
pytestmark = [pytest.mark.slow, pytest.mark.failures]


class Died(Exception):
    """What a failpoint raises: the thread ends, and settles nothing."""


def dying(office: Office, where: str, times: int = 1) -> None:
    """The thread that gets to this failpoint dies there."""
    left = threading.Semaphore(times)

    def fail(name: str) -> None:
        if name == where and left.acquire(blocking=False):
            raise Died

    office.patch.setattr(office.rt, "failpoint", fail)


def doubtful(office: Office, talk: Talk, body: str = "hello", do: str = "accept-then-reset") -> Any:
    """Sent, and nobody heard of it."""
    office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    office.fault(do, count=1)
    made = office.send(talk, body)
    office.work(1)
    assert office.states()[:1] == ["in_doubt"]
    return made


@pytest.mark.parametrize("where", ["after_claim", "before_post", "after_post", "before_settle"])
@pytest.mark.parametrize("callbacks", [True, False])
def test_a_death_at_each_edge(office: Office, where: str, callbacks: bool) -> None:
    talk = office.open()
    office.scene.sim("POST", "/faults", drop_status_callbacks=not callbacks)
    dying(office, where)
    made = office.send(talk, "hello")
    office.send(talk, "behind it")
    office.work(1)
    office.work(LEASE, LOOK, *[LOOK] * 8, 1, 1)
    assert office.told(talk.bob) == ["hello", "behind it"]
    assert office.state(made)[1] == office.carried(talk.bob)[0]
    assert office.left() == []


def test_within_the_lease_nobody_else_touches_it(office: Office) -> None:
    talk = office.open()
    dying(office, "before_post")
    office.send(talk, "hello")
    office.work(1, 20, 18)
    assert office.states() == ["sending"] and office.told(talk.bob) == []
    office.work(2)
    assert office.states() == ["in_doubt"]


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
@pytest.mark.parametrize("told", ["queued", "sent", "delivered", "failed"])
def test_a_callback_that_names_it_settles_it(office: Office, state: str, told: str) -> None:
    talk = office.open()
    dying(office, "before_post")
    made = office.send(talk, "hello")
    office.send(talk, "behind it")
    office.work()
    if state == "in_doubt":
        office.work(LEASE)
    assert office.states() == [state, "ready"]
    office.tell(made.sid, "SM" + "5" * 32, told)
    assert office.states() == ["ready"]
    assert office.state(made) == (told, "SM" + "5" * 32)
    office.work(1)
    assert office.told(talk.bob) == ["behind it"]
    office.work(LEASE, DOUBT, 1)
    assert office.told(talk.bob) == ["behind it"] and office.left() == []


def test_a_callback_takes_a_parked_one_out(office: Office) -> None:
    office.set(in_doubt="hold")
    talk = office.open()
    made = doubtful(office, talk, do="reset")
    office.work(LOOK, DOUBT)
    assert [one["interaction_sid"] for one in office.listed("parked")] == [made.sid]
    office.tell(made.sid, "SM" + "5" * 32, "delivered")
    assert office.listed("parked") == [] and office.left() == []


def test_a_forged_callback_settles_nothing(office: Office) -> None:
    talk = office.open()
    made = doubtful(office, talk, do="reset")
    form = {"AccountSid": ACCOUNT, "MessageSid": "SM" + "5" * 32, "MessageStatus": "delivered"}
    url = office.scene.status_url(made.sid, token="x" * 32)
    assert office.scene.post(form, url=url).status_code in (403, 404)
    assert office.states() == ["in_doubt"]


@pytest.mark.parametrize("first", ["accept-then-reset", "reset"])
def test_the_same_words_twice_do_not_take_each_others_sid(office: Office, first: str) -> None:
    talk = office.open()
    before = office.send(talk, "ok")
    office.work()
    one = doubtful(office, talk, "ok", do=first)
    two = office.send(talk, "ok")
    office.work(*[LOOK] * 9)
    office.fault("accept-then-reset", count=1)
    office.work(1, 1, LOOK, DOUBT, 1)
    sids = office.carried(talk.bob)
    assert office.told(talk.bob) == ["ok"] * 3
    assert [office.state(sent)[1] for sent in (before, one, two)] == sids


def test_words_of_others_are_no_evidence(office: Office) -> None:
    """A relayed text, the app's own past us (before, or in other words), and one to somebody else."""
    talk, other = office.open(), office.open()
    carrier = office.scene.client.messages
    office.scene.text(talk.alice, talk.alices, "ok")
    carrier.create(to=talk.bob, from_=talk.bobs, body="ok")
    office.clock.now = int(time.time() * 1000) + 60_000
    made = doubtful(office, talk, "ok", do="reset")
    carrier.create(to=talk.bob, from_=talk.bobs, body="something else")
    carrier.create(to=other.bob, from_=talk.bobs, body="ok")
    office.work(LOOK)
    assert office.states() == ["in_doubt"]
    office.work(DOUBT, 1)
    assert office.told(talk.bob) == ["ok", "ok", "something else", "ok"]
    assert office.state(made)[1] == office.carried(talk.bob)[-1]


def test_a_relayed_text_does_not_overtake(office: Office) -> None:
    talk = office.open()
    office.fault("429", count=1)
    office.send(talk, "first")
    office.work()
    office.scene.text(talk.alice, talk.alices, "second")
    assert office.told(talk.bob) == []
    office.work(1, 1)
    assert office.told(talk.bob) == ["first", "second"] and office.left() == []


def test_hold_leaves_it_to_an_operator(office: Office) -> None:
    office.set(in_doubt="hold")
    talk = office.open()
    made = doubtful(office, talk, do="reset")
    office.send(talk, "behind it")
    office.work(LOOK)
    assert office.listed("parked") == []
    office.work(DOUBT, 1)
    (found,) = office.listed("parked")
    assert (found["interaction_sid"], found["reason"], found["attempts"]) == (made.sid, "in_doubt", 1)
    assert office.told(talk.bob) == ["behind it"]
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work(1, 1)
    assert office.told(talk.bob) == ["behind it", "hello"]


def test_an_operators_retry_looks_first(office: Office) -> None:
    """The list was late: what was held has gone out after all."""
    office.set(in_doubt="hold")
    talk = office.open()
    with hidden(office):
        made = doubtful(office, talk)
        office.work(LOOK, DOUBT)
    assert office.listed("parked")
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work(1, LOOK, DOUBT)
    assert office.told(talk.bob) == ["hello"]
    assert office.state(made)[1] == office.carried(talk.bob)[0]


def hidden(office: Office) -> Any:
    """The carrier's list has nothing yet."""
    empty: dict[str, Any] = {"messages": [], "uri": "/", "next_page_uri": None, "page": 0, "page_size": 50}
    return carrier_with(office.scene.stack, lambda how, path: empty if how == "GET" and "Messages" in path else None)


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_without_the_list_it_stays_in_doubt(office: Office, do: str) -> None:
    talk = office.open()
    made = doubtful(office, talk)
    office.fault(do, method="GET")
    office.work(*[LOOK] * 30)
    assert office.states() == ["in_doubt"] and office.told(talk.bob) == ["hello"]
    office.mend()
    office.work(LOOK, DOUBT)
    assert office.told(talk.bob) == ["hello"] and office.left() == []
    assert office.state(made)[1] == office.carried(talk.bob)[0]


def test_a_list_that_comes_late_counts_until_the_second_try(office: Office) -> None:
    """Sent a second time since nobody could know; of either try what comes up is this one's."""
    talk = office.open()
    office.clock.now = int(time.time() * 1000)
    with hidden(office):
        made = doubtful(office, talk)
        office.fault("reset", count=1)
        office.work(LOOK, DOUBT, 1)
    assert office.states() == ["in_doubt"] and office.told(talk.bob) == ["hello"]
    office.work(LOOK)
    assert office.state(made)[1] == office.carried(talk.bob)[0] and office.told(talk.bob) == ["hello"]


def test_a_doubt_too_many_parks_it(office: Office) -> None:
    talk = office.open()
    doubtful(office, talk, do="reset")
    office.fault("reset", count=100)
    office.work(*[LOOK, DOUBT, 1] * 8)
    assert [one["attempts"] for one in office.listed("parked")] == [8]
    assert office.told(talk.bob) == []


def test_whoever_comes_late_with_the_answer_is_heard(office: Office) -> None:
    """The answer took longer than the lease: that it went out is true whoever has the claim."""
    talk = office.open()
    office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    held, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not held.is_set():
            held.set()
            assert go.wait(60)

    office.patch.setattr(office.rt, "failpoint", wait)
    with hidden(office):
        made = office.send(talk, "hello")
        run.send_due(office.rt, office.scene.sid, ACCOUNT)
        assert held.wait(60)
        office.clock.advance(LEASE)
        claims = office.claim()
        assert [claim.entry["state"] for claim in claims] == ["in_doubt"]
        go.set()
        assert office.rt.part(run.OutboxWorker).wait(60)
    assert office.state(made)[1] == office.carried(talk.bob)[0]
    office.work(LEASE, DOUBT, 1)
    assert office.told(talk.bob) == ["hello"] and office.left() == []


def test_a_frozen_process_leaves_it(office: Office) -> None:
    """Between claim and request more time went by than the fence allows."""
    talk = office.open()
    office.send(talk, "hello")
    real = claim_worker.moment

    def freeze(name: str) -> None:
        if name == "before_post":
            office.patch.setattr(claim_worker, "moment", lambda: real() + 21)

    with office.patch.context() as patch:
        patch.setattr(office.rt, "failpoint", freeze)
        office.work()
    assert office.told(talk.bob) == [] and office.states() == ["sending"]
    office.patch.setattr(claim_worker, "moment", real)
    office.work(LEASE, LOOK, DOUBT, 1)
    assert office.told(talk.bob) == ["hello"]


def test_taking_one_out_behind_the_head_changes_nobodys_turn(office: Office) -> None:
    """An operator drops a parked one while another of its line is on its way."""
    talk = office.open()
    office.fault("429", count=8)
    parked = office.send(talk, "parked")
    office.work(1, 2, 4, 8, 15, 30, 60)
    assert [one["interaction_sid"] for one in office.listed("parked")] == [parked.sid]
    dying(office, "before_post")
    office.send(talk, "on its way")
    office.work(1)
    assert office.states() == ["sending"]
    assert office.ops("POST", f"/{parked.sid}/drop").status_code == 204
    office.work(1)
    assert office.states() == ["sending"]


def test_the_entry_holds_no_text_and_no_person(office: Office) -> None:
    talk = office.open()
    made = office.send(talk, "a secret")
    client: Any = office.rt.store.client
    (key,) = client.keys("{" + office.scene.sid + "}:outgoing:*")
    entry = json.loads(client.get(key))
    assert key.decode().endswith(made.sid) and talk.bob not in str(entry) and "secret" not in str(entry)
