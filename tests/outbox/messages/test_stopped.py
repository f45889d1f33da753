"""What must not be sent any more: looked at again at the claim, cancelled, and said so."""

from __future__ import annotations

from typing import Any

import pytest

from policy.optouts import OptOut, give_out, take_up
from services.services import find_service
from tests.outbox.messages.office import DOUBT, LEASE, Office
from tests.outbox.messages.test_doubt import doubtful, dying
from tests.proxy.webhooks.scene import Talk


def close(talk: Talk) -> Any:
    return talk.session.update(status="closed")


def remove(talk: Talk) -> Any:
    return talk.session.participants(talk.bob_sid).delete()


@pytest.mark.parametrize("end", [close, remove])
def test_an_end_cancels_what_waits(office: Office, end: Any) -> None:
    talk = office.open()
    sent = [office.send(talk, f"number {n}") for n in range(2)]
    end(talk)
    office.work(1)
    assert office.told(talk.bob) == [] and office.left() == []
    assert office.statuses(talk) == ["canceled"] * 2
    assert office.events("message.canceled") == [{"interaction": one.sid, "reason": "closed"} for one in sent]


def test_a_session_past_its_time_sends_nothing(office: Office) -> None:
    talk = office.scene.open(ttl=60)
    office.send(talk, "hello")
    office.clock.advance(61)
    office.work()
    assert office.told(talk.bob) == [] and office.statuses(talk) == ["canceled"]


def test_what_is_on_its_way_may_end(office: Office) -> None:
    """Closed while in doubt: found in the list all the same, and not sent again."""
    talk = office.open()
    made = doubtful(office, talk)
    close(talk)
    office.work(16)
    assert office.state(made)[1] == office.carried(talk.bob)[0] and office.left() == []


def test_what_is_in_doubt_is_not_sent_after_the_end(office: Office) -> None:
    """Whether it went out before is not known, so `canceled` would be a lie."""
    talk = office.open()
    made = doubtful(office, talk, do="reset")
    close(talk)
    office.work(DOUBT, 1)
    assert office.told(talk.bob) == [] and office.left() == []
    assert office.state(made)[0] == "delivery-unknown"


def test_an_interaction_deleted_while_it_waits(office: Office) -> None:
    talk = office.open()
    made = office.send(talk, "never")
    office.send(talk, "behind it")
    assert talk.session.interactions(made.sid).delete()
    office.work(1)
    assert office.told(talk.bob) == ["behind it"] and office.left() == []


def test_a_session_deleted(office: Office) -> None:
    talk = office.open()
    office.send(talk, "never")
    assert talk.session.delete()
    office.work(1)
    assert office.told(talk.bob) == [] and office.left() == []


def test_a_service_deleted(office: Office) -> None:
    talk = office.open()
    office.send(talk, "never")
    assert office.scene.service.delete()
    office.work(1, LEASE, DOUBT)
    assert office.told(talk.bob) == []


def opted_out(office: Office) -> list[dict[str, Any]]:
    return office.events("person.opted_out")


def test_who_opted_out_gets_nothing_that_waits(office: Office) -> None:
    talk = office.open()
    sent = [office.send(talk, f"number {n}") for n in range(2)]
    put(office, talk)
    office.work(1)
    assert office.told(talk.bob) == [] and office.left() == []
    assert office.statuses(talk) == ["failed"] * 2
    assert [e["outbound"]["code"] for e in office.events("interaction.updated")][-2:] == [21610] * 2
    assert office.events("message.canceled") == [{"interaction": one.sid, "reason": "opted_out"} for one in sent]
    talk.session.participants(talk.session.participants.list()[0].sid).message_interactions.create(body="to Alice")
    office.work(1)
    assert office.told(talk.alice) == ["to Alice"]


def put(office: Office, talk: Talk) -> None:
    service = find_service(office.rt, office.scene.sid)
    assert service and take_up(office.rt, service, [OptOut(talk.bob, talk.bobs)]) == 1


def test_the_carrier_knows_of_an_opt_out(office: Office) -> None:
    """Its 21610 is recorded, and may be given out again; what comes next is not even tried."""
    talk = office.open()
    office.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 21610})
    office.send(talk, "hello")
    office.work()
    assert [(e["by"], e["number"]) for e in opted_out(office)] == [("carrier", talk.bobs)]
    service = find_service(office.rt, office.scene.sid)
    assert service
    (found,) = give_out(office.rt, service)
    assert (found.identifier, found.proxy_number, found.by) == (talk.bob, talk.bobs, "carrier")
    office.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": None})
    office.send(talk, "again")
    office.work(1)
    assert office.told(talk.bob) == [] and office.statuses(talk) == ["failed"] * 2


@pytest.mark.failures
def test_a_death_and_an_opt_out(office: Office) -> None:
    talk = office.open()
    dying(office, "before_post")
    made = office.send(talk, "hello")
    office.work()
    put(office, talk)
    office.work(LEASE, DOUBT, 1)
    assert office.told(talk.bob) == [] and office.state(made)[0] == "delivery-unknown"
