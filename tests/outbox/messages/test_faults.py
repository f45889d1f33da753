"""What the carrier may answer: nothing lost, nothing doubled, and tried again only where that may help."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.errors import CarrierError
from jobs import recurring
from outbox import run, send
from services.accounts import carrier_of
from tests.outbox.messages.office import DOUBT, LOOK, Office
from tests.proxy.webhooks.faulty import carrier_with
from tests.support.stack import ACCOUNT

# Slow: plays each fault of the carrier, with all retries.
pytestmark = pytest.mark.slow


HELD = [2, 4, 8, 15, 30, 60]


@pytest.mark.parametrize("do", ["429"])
def test_what_was_never_processed_is_tried_again(office: Office, do: str) -> None:
    talk = office.open()
    office.fault(do, count=2)
    made = office.send(talk, "hello")
    office.work()
    assert office.told(talk.bob) == [] and office.states() == ["ready"]
    office.work(1, 2)
    assert office.told(talk.bob) == ["hello"]
    assert office.state(made) == ("delivered", office.carried(talk.bob)[0])


@pytest.mark.parametrize("do", ["503", "500", "reset"])
def test_an_error_leaves_it_in_doubt_until_the_list_says_no_long_enough(office: Office, do: str) -> None:
    talk = office.open()
    office.fault(do, count=1)
    made = office.send(talk, "hello")
    office.send(talk, "behind it")
    office.work()
    assert office.states() == ["in_doubt", "ready"]
    office.work(*[LOOK] * 7)
    assert office.told(talk.bob) == [] and office.states() == ["in_doubt", "ready"]
    office.work(LOOK, 1, 1)
    assert office.told(talk.bob) == ["hello", "behind it"]
    assert office.state(made) == ("delivered", office.carried(talk.bob)[0])


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503", "accept-then-500"])
@pytest.mark.parametrize("by", ["callback", "list"])
def test_what_went_out_all_the_same_is_never_sent_again(office: Office, do: str, by: str) -> None:
    talk = office.open()
    if by == "list":
        office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    office.fault(do, count=1)
    made = office.send(talk, "hello")
    office.send(talk, "behind it")
    office.work()
    if by == "list":
        assert office.states() == ["in_doubt", "ready"]
        office.scene.sim("POST", "/faults", drop_status_callbacks=False)
    office.work(LOOK, 1, DOUBT)
    assert office.told(talk.bob) == ["hello", "behind it"]
    assert office.state(made)[1] == office.carried(talk.bob)[0]
    assert office.statuses(talk) == ["delivered"] * 2 and office.left() == []


def test_a_slow_answer_is_an_answer(office: Office) -> None:
    talk = office.open()
    office.fault("delay", ms=700, count=1)
    office.send(talk, "hello")
    office.work(DOUBT)
    assert office.told(talk.bob) == ["hello"]


@pytest.mark.parametrize(
    ("code", "status", "next_one"),
    [
        (21211, "failed", "failed"),
        (21610, "failed", "failed"),
        (30003, "undelivered", "delivered"),
        (30007, "undelivered", "delivered"),
    ],
)
def test_a_refusal_is_final(office: Office, code: int, status: str, next_one: str) -> None:
    """The next one goes out, unless the code says at once that this person gets nothing (docs/carrier-codes.md)."""
    talk = office.open()
    office.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": code})
    made = office.send(talk, "hello")
    office.work()
    office.work(DOUBT)
    assert office.told(talk.bob) == []
    assert office.state(made)[0] == status
    assert office.events("interaction.updated")[-1]["outbound"]["code"] == code
    assert office.left() == []
    before = len(office.carried(talk.bob))
    office.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": None})
    again = office.send(talk, "better now")
    office.work(1)
    assert office.state(again)[0] == next_one
    is_asked = next_one == "delivered"
    assert office.told(talk.bob) == ["better now"] * is_asked
    assert len(office.carried(talk.bob)) == before + is_asked
    if not is_asked:
        assert office.events("interaction.updated")[-1]["outbound"]["code"] == code


def test_doubled_and_reordered_callbacks_change_nothing(office: Office) -> None:
    talk = office.open()
    office.fault("double", on="status", method="")
    office.fault("reorder", on="status", method="")
    sent = [office.send(talk, "the same") for _ in range(3)]
    office.work(1, 1, DOUBT)
    assert office.told(talk.bob) == ["the same"] * 3
    assert [office.state(one) for one in sent] == [("delivered", sid) for sid in office.carried(talk.bob)]
    updates = [e["outbound"]["state"] for e in office.events("interaction.updated") if e["sid"] == sent[0].sid]
    assert len(updates) == len(set(updates))


def test_lost_callbacks_are_made_up_for(office: Office) -> None:
    talk = office.open()
    office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    made = office.send(talk, "hello")
    office.work()
    assert office.state(made)[0] == "queued"
    office.patch.setattr(recurring, "runtime", lambda: office.rt)
    office.clock.advance(31)
    recurring.reconcile()
    assert office.state(made) == ("delivered", office.carried(talk.bob)[0])


def test_a_try_too_many_parks_it_and_the_next_goes_on(office: Office) -> None:
    talk = office.open()
    office.fault("429", count=8)
    made = office.send(talk, "hello")
    office.send(talk, "behind it")
    office.work(1, *HELD)
    (found,) = office.listed("parked")
    assert (found["interaction_sid"], found["attempts"], found["reason"]) == (made.sid, 8, "carrier_busy")
    assert office.events("message.parked") == [{"interaction": made.sid, "reason": "carrier_busy"}]
    assert office.state(made)[0] == "queued"
    office.work(1)
    assert office.told(talk.bob) == ["behind it"]


@pytest.mark.parametrize(("reason", "url"), [("carrier_unreachable", "http://127.0.0.1:1"), ("carrier_login", "")])
def test_a_carrier_that_is_not_there_or_does_not_know_us(office: Office, reason: str, url: str) -> None:
    talk = office.open()
    made = office.send(talk, "hello")
    refusing: Any = {"code": 20003, "message": "Authenticate", "status": 401}
    with (
        pytest.MonkeyPatch.context() as patch,
        carrier_with(office.scene.stack, lambda *_: refusing if not url else None),
    ):
        if url:
            patch.setattr(carrier_of(office.rt, made.account_sid)._client.api, "base_url", url)
        run_all(office, 1, *HELD)
    (found,) = office.listed("parked")
    assert (found["attempts"], found["reason"]) == (8, reason)
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work(1)
    assert office.told(talk.bob) == ["hello"]


def run_all(office: Office, *seconds: float) -> None:
    for each in (0, *seconds):
        office.clock.advance(each)
        run.send_due(office.rt, office.scene.sid, ACCOUNT)
        assert office.rt.part(run.OutboxWorker).wait(60)


def test_an_answer_that_cannot_be_read_is_a_doubt(office: Office) -> None:
    talk = office.open()
    server = office.scene.stack.carrier._server
    whole = server.app

    def garbled(environ: Any, start: Any) -> Any:
        if environ["REQUEST_METHOD"] != "POST" or "/Messages" not in environ["PATH_INFO"]:
            return whole(environ, start)
        list(whole(environ, lambda *_: lambda _: None))
        start("201 CREATED", [("Content-Type", "text/html")])
        return [b"<html>all is well</html>"]

    with pytest.MonkeyPatch.context() as patch:
        office.scene.sim("POST", "/faults", drop_status_callbacks=True)
        patch.setattr(server, "app", garbled)
        office.send(talk, "hello")
        office.work()
    assert office.states() == ["in_doubt"]
    office.work(LOOK)
    assert office.states() == [] and office.told(talk.bob) == ["hello"]


@pytest.mark.failures
def test_what_cannot_be_read_here_is_parked_at_once(office: Office) -> None:
    talk = office.open()
    made = office.send(talk, "hello")
    client: Any = office.rt.store.client
    key = "{" + office.scene.sid + "}:interaction:" + made.sid
    doc = json.loads(client.get(key))
    client.set(key, json.dumps({**doc, "sealed": "AAAA" + doc["sealed"]}))
    office.work()
    assert [one["reason"] for one in office.listed("parked")] == ["unreadable"]


def test_only_some_refusals_are_tried_again() -> None:
    assert send._why_again(CarrierError("x", status=400, code=21611)) == "carrier_busy"
    assert send._why_again(CarrierError("x", status=400, code=21211)) is None
    assert send._why_again(CarrierError("x", status=0)) is None
