"""T8 with a neighbour: p99 of one Service's webhooks, at a steady rate, alone and while another Service is very busy.

The measured Service sends few texts, evenly: what it waits for is then the neighbour, not itself. A request is timed
from the moment when it should have been sent, so a server that stops also counts for those that wait behind.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import forms, load, paced
from bench.http import Http
from bench.report import Figure, interleaved, say
from bench.world import person
from sessions.participants import add_participant, remove_participant
from sessions.sessions import get_session

#: Texts a second of the measured Service, and seconds of one round.
A_SECOND, SECONDS = 50, 6.0
#: Participants that the neighbour's large Session ever had.
SWAPS = 900
#: The server with the default limits of the API: an account without them may use the whole machine.
LIMITS = "API_READS_PER_SECOND=100 API_WRITES_PER_SECOND=50"

Company = Callable[[], contextlib.AbstractContextManager[None]]


def measure(http: Http, rounds: int) -> list[Figure]:
    say(f"T8 with a neighbour: medians of {rounds} rounds of {SECONDS:g} s, {A_SECOND} texts a second are measured")
    neighbours: dict[str, Company] = {
        "alone": contextlib.nullcontext,
        "large session": _large_session(http),
        "creates": lambda: _busy(http, lambda count: forms.new_sessions(http.watchful.sid, count)),
        "texts": lambda: _busy(http, lambda count: _texts(http, count)),
    }
    found = interleaved(rounds, {name: partial(_p99, http, company) for name, company in neighbours.items()})
    for name, p99 in found.items():
        say(f"  {name:<20}p99 {p99:.1f} ms")
    notes = {
        "large session": f"{A_SECOND} texts a second in a Session that had {SWAPS} Participants",
        "creates": "16 connections without a pause, with the default limits of the API",
        "texts": "16 connections without a pause: the neighbour takes all that the machine has",
    }
    return [Figure(f"T8 {name}", found[name] / found["alone"], note) for name, note in notes.items()]


def _p99(http: Http, company: Company) -> float:
    requests = forms.webhooks(http.paths(http.service), forms.senders(http.sessions), int(A_SECOND * SECONDS))
    with company():
        return paced.p99_ms(http.servers["limited"].target, requests, A_SECOND, forms.RELAYED)


@contextlib.contextmanager
def _busy(http: Http, render: Callable[[int], list[bytes]]) -> Iterator[None]:
    """Without a pause, for a little longer than the round. Refused requests (429) are a part of it."""
    requests = render(int(3_000 * SECONDS))
    target = http.servers["limited"].target
    thread = threading.Thread(target=load.drive, args=(target, requests, SECONDS + 1))
    thread.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        thread.join()


def _texts(http: Http, count: int) -> list[bytes]:
    return forms.webhooks(http.paths(http.watchful), forms.senders(http.watched), count)


def _large_session(http: Http) -> Company:
    """A Session with many former Participants; its two people text each other at the measured Service's rate."""
    rt, service = http.world.rt, http.watchful
    session = http.world.pair(service)
    http.world.fsync("everysec")
    leaves = session.participants[1]
    remove_participant(rt, service, session.sid, leaves.sid)
    for _ in range(SWAPS):
        leaves = add_participant(rt, service, session.sid, {"identifier": person()})
        remove_participant(rt, service, session.sid, leaves.sid)
    add_participant(rt, service, session.sid, {"identifier": person()})
    http.world.fsync("always")
    people = forms.senders([get_session(rt, service, session.sid)])

    @contextlib.contextmanager
    def company() -> Iterator[None]:
        requests = forms.webhooks(http.paths(service), people, int(A_SECOND * SECONDS))
        given = http.servers["limited"].target, requests, A_SECOND, forms.RELAYED
        thread = threading.Thread(target=paced.p99_ms, args=given)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    return company
