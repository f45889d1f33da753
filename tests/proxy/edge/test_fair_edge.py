"""One Service or API client that sends very much does not hold up the others: by the order of a real edge."""

from __future__ import annotations

import http.client
import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxy.edge.server import AT_ONCE, AT_ONCE_EACH, MOST_WAITING_EACH
from tests.proxy.edge.test_edge import Web

QUEUED = 200
QUIET, FIRST, *OTHERS = (f"/webhooks/KS{number:032}/message/token" for number in range(AT_ONCE // AT_ONCE_EACH + 1))
#: Together they are worked on as much as a process does.
BUSY = (FIRST, *OTHERS)


class Request:
    """A request that was sent, and whose answer is read later."""

    def __init__(self, web: Web, path: str, secret: str | None = None) -> None:
        login = {"Authorization": f"Basic {b64encode(f'AC:{secret}'.encode()).decode()}"} if secret else {}
        self.line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
        self.line.request("POST", path, headers=login)

    def answer(self) -> http.client.HTTPResponse:
        return self.line.getresponse()

    def place(self) -> int:
        answer = self.answer()
        assert answer.status == 200, answer.read()
        return int(json.load(answer)["place"])


def wait_until(web: Web, true: Callable[[int, int], bool]) -> None:
    """Of the requests that wait, and of those that are worked on."""
    for _ in range(600):
        line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
        line.request("GET", "/healthz")
        told = json.load(line.getresponse())
        if true(told["waiting"], told["working"]):
            return
        time.sleep(0.05)
    raise AssertionError(told)


@contextmanager
def started(folder: Path) -> Iterator[Web]:
    web = Web(folder / "gate", folder / "log", "tests.proxy.edge.fair_app:edge")
    try:
        yield web
    finally:
        web.gate.touch()
        web.stop()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with started(tmp_path) as found:
        yield found


def prove(web: Web, *paths: str) -> int:
    return [Request(web, path).place() for path in paths][-1]


def overtaken(web: Web) -> int:
    """How many requests of busy Services begin before one of a quiet Service that came last."""
    already = prove(web, *BUSY, QUIET)
    busy = [Request(web, f"{path}?block") for path in BUSY for _ in range(QUEUED // len(BUSY))]
    wait_until(web, lambda waiting, working: waiting + working == QUEUED and working == AT_ONCE)
    late = Request(web, QUIET)
    wait_until(web, lambda waiting, working: waiting + working == QUEUED + 1)
    web.gate.touch()
    place = late.place()
    assert sorted([each.place() for each in busy] + [place]) == list(range(already + 1, already + QUEUED + 2))
    return place - already - 1


def test_a_quiet_service_goes_before_what_busy_ones_have_queued(web: Web) -> None:
    # Those that are worked on already, and at most a few more.
    assert overtaken(web) <= AT_ONCE + 4


def test_with_one_queue_for_all_it_would_be_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE_QUEUE", "1")
    with started(tmp_path) as web:
        assert overtaken(web) > QUEUED - AT_ONCE


def test_one_busy_service_leaves_room_for_others(web: Web) -> None:
    prove(web, FIRST, QUIET)
    busy = [Request(web, f"{FIRST}?block") for _ in range(QUEUED)]
    wait_until(web, lambda waiting, working: (waiting, working) == (QUEUED - AT_ONCE_EACH, AT_ONCE_EACH))
    # The gate is shut: it is answered while all others wait.
    assert Request(web, QUIET).answer().status == 200
    web.gate.touch()
    assert {each.answer().status for each in busy} == {200}


def test_beyond_its_queue_it_is_told_to_come_again(web: Web) -> None:
    prove(web, FIRST, QUIET)
    busy = [Request(web, f"{FIRST}?block") for _ in range(AT_ONCE_EACH + MOST_WAITING_EACH)]
    wait_until(web, lambda waiting, working: waiting == MOST_WAITING_EACH)
    refused = Request(web, FIRST).answer()
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert json.load(refused)["code"] == 20503
    assert Request(web, QUIET).answer().status == 200
    web.gate.touch()
    assert {each.answer().status for each in busy} == {200}


def test_api_clients_have_queues_by_their_credentials(web: Web) -> None:
    Request(web, "/proxy/v1/Services", "right").place()
    # Nobody whose name is not proven gets a queue: they all have one, and it is full.
    strangers = [Request(web, "/proxy/v1/Services?block", f"wrong {number}") for number in range(AT_ONCE_EACH + 1)]
    wait_until(web, lambda waiting, working: (waiting, working) == (1, AT_ONCE_EACH))
    stranger = Request(web, "/proxy/v1/Services", "another")
    wait_until(web, lambda waiting, working: (waiting, working) == (2, AT_ONCE_EACH))
    assert Request(web, "/proxy/v1/Services", "right").answer().status == 200
    web.gate.touch()
    assert {each.answer().status for each in (*strangers, stranger)} == {200}


def test_who_waits_for_an_app_holds_up_nobody(web: Web) -> None:
    prove(web, FIRST)
    asking = [Request(web, f"{FIRST}?ask") for _ in range(AT_ONCE + 4)]
    wait_until(web, lambda waiting, working: (waiting, working) == (0, 0))
    assert Request(web, FIRST).answer().status == 200
    web.gate.touch()
    assert {each.answer().status for each in asking} == {200}
