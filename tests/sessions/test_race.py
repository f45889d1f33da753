"""64 threads on three web processes: the recorded events must be what the reference model would have done."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest

from common.model import Service
from common.runtime import Runtime
from common.sids import new
from erasure.sessions import delete_session
from services import services
from sessions import participants, sessions
from storage import keys
from tests.sessions.model import Model
from tests.sessions.real_runtime import ACCOUNT, TestClock, build, environment, put_number, us_numbers
from tests.sessions.replay import Replay
from tests.sessions.side_by_side import SideBySide
from tests.sessions.web_processes import Api, serving

# Slow: runs 64 threads over three processes.
pytestmark = pytest.mark.slow


THREADS, CALLS = 64, 14
PEOPLE = [f"+1415555220{place}" for place in range(6)]
POOL = 10


@pytest.fixture(scope="module")
def web(valkey_url: str) -> Iterator[str]:
    with serving(environment(valkey_url), processes=3) as url:
        yield url


@pytest.fixture(scope="module")
def rt(valkey_url: str) -> Runtime:
    return build(valkey_url)


def make_service(rt: Runtime, **fields: Any) -> Service:
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("race-"), **fields})
    for number in us_numbers(POOL):
        put_number(rt, service, number)
    return service


@dataclass
class Call:
    """`between`: the number of the Service's last event before the call was sent, and after it was answered."""

    act: str
    session: str
    people: list[str]
    between: tuple[int, int]
    code: int
    body: dict[str, Any]


@dataclass
class Race:
    rt: Runtime
    service: Service
    url: str
    calls: list[Call] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    joined: list[tuple[str, str]] = field(default_factory=list)

    def run(self) -> None:
        start = Barrier(THREADS)
        with ThreadPoolExecutor(THREADS) as pool:
            for done in [pool.submit(self._thread, seed, start) for seed in range(THREADS)]:
                done.result()

    def _thread(self, seed: int, start: Barrier) -> None:
        api, dice = Api(self.url, self.service.sid), random.Random(seed)
        start.wait()
        for place in range(CALLS):
            acts = (
                [self._pair] * 8
                + [self._empty] * 2
                + [self._add] * 5
                + [self._close] * 3
                + [self._remove, self._reopen]
            )
            # At first all threads create Sessions at once, so that people run out of numbers.
            (self._pair if place < 2 or not self.known else dice.choice(acts))(api, dice)

    def _last_event(self) -> int:
        found: Any = self.rt.store.client.hget(keys.service("clock", self.service.sid), "n")
        return int(found)

    def _call(self, act: str, send: Callable[[], tuple[int, dict[str, Any]]], session: str, people: list[str]) -> Call:
        before = self._last_event()
        status, body = send()
        code = 0 if status < 300 else body["code"]
        call = Call(act, session or body.get("sid", ""), people, (before, self._last_event()), code, body)
        self.calls.append(call)
        return call

    def _create(self, api: Api, people: list[str]) -> None:
        form = {"Participants": [json.dumps({"Identifier": who}) for who in people]}
        call = self._call("create", lambda: api.call("POST", "/Sessions", form), "", people)
        if not call.code:
            self.known.append(call.session)

    def _pair(self, api: Api, dice: random.Random) -> None:
        self._create(api, dice.sample(PEOPLE, 2))

    def _empty(self, api: Api, dice: random.Random) -> None:
        self._create(api, [])

    def _add(self, api: Api, dice: random.Random) -> None:
        session, who = dice.choice(self.known), dice.choice(PEOPLE)
        path = f"/Sessions/{session}/Participants"
        call = self._call("add", lambda: api.call("POST", path, {"Identifier": who}), session, [who])
        if not call.code:
            self.joined.append((session, call.body["sid"]))

    def _remove(self, api: Api, dice: random.Random) -> None:
        if self.joined:
            session, sid = dice.choice(self.joined)
            path = f"/Sessions/{session}/Participants/{sid}"
            self._call("remove", lambda: api.call("DELETE", path), session, [])

    def _close(self, api: Api, dice: random.Random) -> None:
        self._status(api, dice.choice(self.known), "closed")

    def _reopen(self, api: Api, dice: random.Random) -> None:
        self._status(api, dice.choice(self.known), "in-progress")

    def _status(self, api: Api, session: str, status: str) -> None:
        self._call(status, lambda: api.call("POST", f"/Sessions/{session}", {"Status": status}), session, [])


def agrees(oracle: Replay, call: Call) -> bool:
    """Whether the refusal was right at some moment between the events before and after the call."""
    if call.code == 80206:
        return any(oracle.ever_held_all(who, call.between) for who in call.people)
    if call.code == 80604:
        people = oracle.session(call.session).people
        return call.act == "in-progress" and any(oracle.ever_held(one, call.between) for one in people)
    states = oracle.states(call.session, call.between)
    return {
        80607: lambda: any(status == "closed" for status, _, _ in states),
        80609: lambda: any(len(there) == 2 for _, there, _ in states),
        80103: lambda: any(call.people[0] in ever for _, _, ever in states),
    }.get(call.code, lambda: False)()


@pytest.mark.parametrize(
    ("behaviour", "cooling"), [("avoid-sticky", 0), ("prefer-sticky", 86400)], ids=["avoid-sticky", "prefer-sticky"]
)
def test_a_race_leaves_what_the_oracle_says(rt: Runtime, web: str, behaviour: str, cooling: int) -> None:
    service = make_service(rt, number_selection_behavior=behaviour, cooling_seconds=cooling)
    race = Race(rt, service, web)
    race.run()
    model = Model(lambda who: ("US", "415"), behaviour, cooling * 1000)
    sides = SideBySide(rt, TestClock(), service, model, PEOPLE)
    oracle = Replay(sides, us_numbers(POOL))
    oracle.run()
    sides.compare()
    assert [call for call in race.calls if call.code and not agrees(oracle, call)] == []
    created = {call.session: call for call in race.calls if call.act == "create" and not call.code}
    assert set(created) == set(oracle.opened)
    for sid, (n, people) in oracle.opened.items():
        assert people == len(created[sid].people) == len(created[sid].body.get("participants", created[sid].people))
        assert created[sid].between[0] < n <= created[sid].between[1]
    assert any(call.code == 80206 for call in race.calls), "nobody ran out of numbers: this was no race"
    assert oracle.unsticky >= POOL * 2


def both_added(
    add: Callable[[str, str], Any], rounds: int, open_one: Callable[[], str], end: Callable[[str], Any]
) -> None:
    """Adds two people to one Session at the same moment, `rounds` times."""
    start = Barrier(2)

    def join(session: str, who: str) -> Any:
        start.wait()
        return add(session, who)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            session = open_one()
            first, second = [pool.submit(join, session, who) for who in PEOPLE[:2]]
            assert first.result() and second.result()
            end(session)


def test_two_added_at_once_both_succeed(rt: Runtime) -> None:
    service = make_service(rt)

    def end(session: str) -> None:
        people = sessions.get_session(rt, service, session).participants
        assert sorted(one.identifier for one in people) == PEOPLE[:2]
        delete_session(rt, service, session)

    both_added(
        lambda session, who: participants.add_participant(rt, service, session, {"identifier": who}),
        1000,
        lambda: sessions.open_session(rt, service, {}, []).sid,
        end,
    )


def test_two_added_at_once_over_http_both_succeed(rt: Runtime, web: str) -> None:
    service = make_service(rt)
    main, each = Api(web, service.sid), {who: Api(web, service.sid) for who in PEOPLE[:2]}
    both_added(
        lambda session, who: each[who].call("POST", f"/Sessions/{session}/Participants", {"Identifier": who})[0] == 201,
        50,
        lambda: str(main.call("POST", "/Sessions")[1]["sid"]),
        lambda session: main.call("DELETE", f"/Sessions/{session}"),
    )
