"""Reads the real runtime's leases, loads and Sessions as plain values that compare with the reference model's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import assembly, config
from common.identifiers import SCHEME
from common.model import Service
from common.runtime import Runtime
from pool import geo
from storage import keys, library
from tests.sessions.model_pool import Number
from tests.support.stores import queues

ACCOUNT = "AC" + "1" * 32
TOKEN = "token-of-the-tests-0123456789abcdef"
UNIT = 2**32
CAPABILITIES = {
    "both": {"sms": True, "voice": True},
    "sms": {"sms": True, "voice": False},
    "voice": {"sms": False, "voice": True},
}


class TestClock:
    """A clock in milliseconds that stands still until a test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


def environment(store_url: str, **changes: str) -> dict[str, str]:
    return {
        "REDIS_URL": store_url, "PUBLIC_URL": "https://mask.shop.example", "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": "http://127.0.0.1:1",
        "SECRET_KEY": "secret key of the tests, long enough",
        "API_READS_PER_SECOND": "0", "API_WRITES_PER_SECOND": "0", **queues(store_url), **changes,
    }  # fmt: skip


def build(store_url: str, clock: TestClock | None = None) -> Runtime:
    return assembly.build(config.load(environment(store_url)), clock)


def us_numbers(count: int, area: str = "415", group: str = "both") -> list[Number]:
    return [Number(f"+1{area}5550{place:03d}", group, "US", area) for place in range(count)]


def put_number(rt: Runtime, service: Service, number: Number) -> dict[str, Any]:
    """Adds a number to the pool without a carrier."""
    able = CAPABILITIES[number.group]
    home = geo.home_cells(number.number, number.country, able)
    doc = {
        "sid": number_sid(number.number), "number": number.number, "friendly_name": "", "capabilities": able,
        "country": number.country, "home": home,
    }  # fmt: skip
    own = rt.index.of(service.sid, SCHEME, number.number)
    args = {"doc": doc, "reserved": number.reserved, "own": own, "most": 0}
    answer: dict[str, Any] = rt.store.service("add_number", service.sid, args)
    return answer


def number_sid(number: str) -> str:
    return "PN" + number.removeprefix("+").zfill(32)


@dataclass
class State:
    """A Service's state in the store.

    `leases`: person's index, number, Session SID; `past`: by person and number; `names`: by hash.
    """

    leases: list[tuple[str, str, str]]
    sessions: dict[str, dict[str, Any]]
    loads: dict[str, int]
    past: dict[tuple[str, str], tuple[int, str]]
    due: dict[str, int]
    names: dict[str, str]


#: A script that only the tests use, assembled in the same way as the product's scripts.
READ_STATE = library.script_of((Path(__file__).parent / "read_state.lua").read_text())


def read_state(rt: Runtime, service: Service, people: Sequence[str]) -> State:
    """Reads the store without the product's scripts, which would close due Sessions. `people` are blind indexes."""
    sid, client = service.sid, rt.store.client
    answer = client.eval(READ_STATE, 1, keys.service("service", sid), json.dumps({"people": people}))
    found = json.loads(str(answer, "utf-8"))
    with rt.store.pipeline(keys.service("service", sid)) as pipe:
        pipe.hvals(keys.service("numbers", sid))
        pipe.zrange(keys.service("due", sid), 0, -1, withscores=True)
        pipe.hgetall(keys.service("names", sid))
        numbers, due, names = pipe.execute()
    return State(
        sorted((who, number, session) for who, number, session in found["leases"]),
        dict(found["sessions"]),
        _loads(rt, sid, [json.loads(text) for text in numbers]),
        {(who, number): (at, partner) for who, number, at, partner in found["past"]},
        {one.decode(): int(at) for one, at in due},
        {name.decode(): one.decode() for name, one in names.items()},
    )


def _loads(rt: Runtime, service_sid: str, numbers: list[dict[str, Any]]) -> dict[str, int]:
    """The load of each number. All cells that contain a number must agree about it."""
    places = [(doc["number"], cell) for doc in numbers for cell in doc["cells"]]
    with rt.store.client.pipeline(transaction=False) as pipe:
        for number, cell in places:
            pipe.zscore(keys.service("cell", service_sid, cell), number)
        scores = pipe.execute()
    found: dict[str, set[int]] = {}
    for (number, _), score in zip(places, scores, strict=True):
        found.setdefault(number, set()).add(int(score // UNIT))
    assert all(len(loads) == 1 for loads in found.values()), "the cells of a number disagree"
    return {number: loads.pop() for number, loads in found.items()}
