"""Participants who have left: out of the Session's document, and still listed, fetched, refused and deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from common.errors import NotFound, Refused
from common.identifiers import SCHEME
from common.listing import cursor
from common.model import Page, Service
from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from erasure.sessions import delete_session
from relay.statuses import note_status
from services import services
from services.snapshot import read_snapshot
from sessions import interactions, participants, sessions
from sessions.model import Participant, Session
from storage import keys
from tests.sessions import service_life
from tests.sessions.real_runtime import ACCOUNT, TestClock, build, put_number, read_state, us_numbers
from tests.support.stored import session_text

ANN = "+14155552000"
SWAPS = 120


def couriers(count: int = SWAPS) -> list[str]:
    return [f"+1415555{place:04d}" for place in range(3000, 3000 + count)]


@pytest.fixture(scope="module")
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="module")
def rt(valkey_url: str, clock: TestClock) -> Runtime:
    return build(valkey_url, clock)


@pytest.fixture
def service(rt: Runtime) -> Service:
    made = services.create_service(rt, ACCOUNT, {"unique_name": new("former-"), "cooling_seconds": 0})
    for number in us_numbers(4):
        put_number(rt, made, number)
    return made


def swap(rt: Runtime, service: Service, session: Session, clock: TestClock, who: str) -> str:
    """Adds this person and removes them again. Returns their SID."""
    sid = participants.add_participant(rt, service, session.sid, {"identifier": who}).sid
    clock.now += 1000
    participants.remove_participant(rt, service, session.sid, sid)
    return sid


def opened(rt: Runtime, service: Service) -> Session:
    return sessions.open_session(rt, service, {}, [{"identifier": ANN}])


def test_swaps_do_not_make_the_document_longer(rt: Runtime, service: Service, clock: TestClock) -> None:
    """Each text reads and writes the document, so it must not grow with what is over."""
    session = opened(rt, service)
    few, *many = couriers()
    swap(rt, service, session, clock, few)
    first = len(session_text(rt.store.client, service.sid, session.sid))
    for who in many:
        swap(rt, service, session, clock, who)
    assert len(session_text(rt.store.client, service.sid, session.sid)) <= first + 8
    assert [one.identifier for one in sessions.get_session(rt, service, session.sid).participants] == [ANN]


def test_pages_have_all_in_the_order_of_joining(rt: Runtime, service: Service, clock: TestClock) -> None:
    session, people = opened(rt, service), couriers(7)
    for who in people[:6]:
        swap(rt, service, session, clock, who)
    participants.add_participant(rt, service, session.sid, {"identifier": people[6]})
    pages: list[Page[Participant]] = []
    mark = None
    while not pages or mark:
        pages.append(participants.list_participants(rt, service, session.sid, mark, 3))
        mark = pages[-1].next_cursor
    assert [[one.identifier for one in page.items] for page in pages] == [
        [ANN, *people[:2]], people[2:5], people[5:7],
    ]  # fmt: skip
    assert pages[0].previous_cursor is None
    back = participants.list_participants(rt, service, session.sid, pages[2].previous_cursor, 3)
    assert back.items == pages[1].items and back.previous_cursor and back.next_cursor
    assert [one.deleted_ms is None for one in pages[2].items] == [False, True]


@pytest.mark.parametrize("mark", [["after", -9, ""], ["before", -9, ""], ["after", 10**15, ""], ["before", 10**15, ""]])
def test_a_mark_outside_of_the_list_gives_a_page_or_none(rt: Runtime, service: Service, clock: TestClock, mark) -> None:
    session = opened(rt, service)
    swap(rt, service, session, clock, couriers()[0])
    page = participants.list_participants(rt, service, session.sid, cursor(mark[0], mark[1:]), 50)
    assert len(page.items) in (0, 2)


def test_somebody_who_left_is_found_by_sid_and_cannot_join_again(
    rt: Runtime, service: Service, clock: TestClock
) -> None:
    session, (first, second) = opened(rt, service), couriers(2)
    sid = swap(rt, service, session, clock, first)
    swap(rt, service, session, clock, second)
    found = participants.get_participant(rt, service, session.sid, sid)
    assert (found.identifier, found.deleted_ms) == (first, clock.now - 1000)
    participants.remove_participant(rt, service, session.sid, sid)
    assert participants.get_participant(rt, service, session.sid, sid) == found
    with pytest.raises(Refused) as refused:
        participants.add_participant(rt, service, session.sid, {"identifier": first})
    assert refused.value.code == 80103
    with pytest.raises(NotFound):
        participants.get_participant(rt, service, session.sid, new("KP"))


def test_a_session_has_a_bound_of_participants_ever(
    rt: Runtime, service: Service, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rt, "settings", replace(rt.settings, max_participants_per_session=3))
    session, (first, second, third) = opened(rt, service), couriers(3)
    swap(rt, service, session, clock, first)
    swap(rt, service, session, clock, second)
    with pytest.raises(Refused) as refused:
        participants.add_participant(rt, service, session.sid, {"identifier": third})
    assert refused.value.code == 80609
    assert "MAX_PARTICIPANTS_PER_SESSION" in refused.value.message and "new Session" in refused.value.message
    assert len(participants.list_participants(rt, service, session.sid, None, 50).items) == 3


def test_a_late_status_still_finds_whom_it_is_about(rt: Runtime, service: Service, clock: TestClock) -> None:
    """The carrier says that a number cannot be texted, after its Participant has left."""
    session, (first, *_) = opened(rt, service), couriers(1)
    left = participants.add_participant(rt, service, session.sid, {"identifier": first})
    ann = sessions.get_session(rt, service, session.sid).participants[0]
    service_life.relay_text(rt, service, ann.proxy_identifier, ANN)
    participants.remove_participant(rt, service, session.sid, left.sid)
    (text,) = interactions.list_interactions(rt, service, session.sid, None, 10).items
    snapshot = read_snapshot(rt, service.sid)
    finish(rt.store, note_status(snapshot, text.sid, resource=new("SM"), state="undelivered", code=30006))
    who = rt.index.of(service.sid, SCHEME, first)
    stored = rt.store.client.hgetall(keys.service("unreachable", service.sid))
    assert list(stored) == [f"{who}|{left.proxy_identifier}".encode()]


def test_deleting_the_session_deletes_them(rt: Runtime, service: Service, clock: TestClock) -> None:
    session = opened(rt, service)
    sid = swap(rt, service, session, clock, couriers()[0])
    names = [keys.service("former", service.sid, session.sid), keys.service("sent", service.sid, sid)]
    rt.store.client.zadd(names[1], {new("KI"): 1})
    assert rt.store.client.exists(*names) == 2
    delete_session(rt, service, session.sid)
    assert rt.store.client.exists(*names) == 0


def test_the_number_cools_towards_all_but_the_last_partner(rt: Runtime, service: Service, clock: TestClock) -> None:
    """Ann's last partner has left before she does: prefer-sticky gives the two their numbers again."""
    session, (first, second) = opened(rt, service), couriers(2)
    swap(rt, service, session, clock, first)
    last = participants.add_participant(rt, service, session.sid, {"identifier": second})
    participants.remove_participant(rt, service, session.sid, last.sid)
    sessions.update_session(rt, service, session.sid, {"status": "closed"})
    state = read_state(rt, service, [rt.index.of(service.sid, SCHEME, ANN)])
    assert [partner for _, partner in state.past.values()] == [rt.index.of(service.sid, SCHEME, second)]
