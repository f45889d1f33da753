"""C14: everything is killed at one moment with much work in flight. It starts again, and all work is settled."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from common.heartbeat import PROCESSES
from storage import keys
from storage.store import connect
from tests.faults.carrier import CALM
from tests.faults.outcome import Outcome
from tests.faults.processes import send
from tests.faults.suite import SHORT_PATIENCE, Scene, scene, seconds_since
from tests.faults.traffic import Size
from tests.faults.truth import Text

#: How long the carrier takes for one send, so that many are in flight at the same moment.
SLOW_MS = 400
#: Seconds that only end a run in which nothing starts.
START_PATIENCE = 180.0
#: The processes that send and make callbacks: they are suspended while the work piles up.
SENDERS = ("sends", "sends2")


@dataclass(frozen=True)
class Plan:
    """`sends`: messages of the app, queued before the kill, and `texts` beside them. `under_way`: how many of the sends
    the carrier has when everything is killed. `patience`: seconds until all must be settled; `final`: with the sends in
    doubt, which take minutes."""

    sends: int
    texts: int
    under_way: int
    patience: float
    final: bool = False


SHORT = Plan(sends=250, texts=60, under_way=40, patience=SHORT_PATIENCE)


def longer(share: float) -> Plan:
    return Plan(int(20_000 * share), int(5_000 * share), int(2_000 * share), patience=900, final=True)


def run(
    folder: Path, seed: int, share: float = 0.0, *, meanwhile: Callable[[Scene], object] = lambda here: None,
    plan: Plan | None = None, **settings: str,
) -> Outcome:  # fmt: skip
    """`share` 0: the short variant. `meanwhile` acts after the kill, for negative controls."""
    plan = plan or (longer(share) if share else SHORT)
    size = Size(people=120, numbers=20, talks=60, churn=0, patience=60)
    with scene(folder, seed, CALM, size, **settings) as here:
        _pile_up(here, plan, random.Random(seed))
        had, began = _had(here), time.monotonic()
        at_ms = _store_ms(here)
        here.place.kill_all()
        meanwhile(here)
        _wait(lambda: _all_alive(here, at_ms), START_PATIENCE, "not everything started again")
        ready = seconds_since(began)
        first = _seconds_until(lambda: _had(here) > had, plan.patience)
        _wait_until_settled(here, plan)
        settled = seconds_since(began)
        doubtful = _set_aside(here, plan)
        report = here.check(plan.patience, plan.final)
    figure = (
        f"{report.texts} messages, everything killed when the carrier had {had} of the sends: ready after {ready} s, "
        f"the next send {first} s later, all settled {settled} s after the kill, {doubtful} still in doubt or sending; "
        f"lost {report.lost}, doubled {report.doubled} (flagged {report.flagged}), callbacks missing "
        f"{report.callbacks_missing}, events missing or doubled {report.events_missing + report.events_doubled}, "
        f"chain whole: {'no' if report.chain_broken else 'yes'}"
    )
    return Outcome(figure, report.faults(), report.examples, {"kill everything": 1})


def _pile_up(here: Scene, plan: Plan, dice: random.Random) -> None:
    """Queues the work while nobody sends, then lets the senders go on until some of it is under way."""
    with _suspended(here):
        talks = list(here.traffic.book.talks)
        with ThreadPoolExecutor(8) as pool:
            sends = [pool.submit(here.traffic.app_texts, t, t.people[0]) for t in dice.choices(talks, k=plan.sends)]
            texts = [pool.submit(here.traffic.texts, t, t.people[1]) for t in dice.choices(talks, k=plan.texts)]
        assert all(one.result() for one in (*sends, *texts))
        rule = {"on": "rest:messages", "do": "delay", "ms": SLOW_MS, "method": "POST"}
        requests.post(f"{here.carrier.url}/sim/faults", json={"rules": [rule]}, timeout=10).raise_for_status()
    _wait(lambda: _had(here) >= plan.under_way, START_PATIENCE, "nothing is sent")


@contextmanager
def _suspended(here: Scene) -> Iterator[None]:
    pids = [here.place.parts[name].pid for name in SENDERS]
    for pid in pids:
        send(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        send(pid, signal.SIGCONT)


def _sends(here: Scene) -> list[Text]:
    return [text for text in here.traffic.book.texts.values() if text.kind == "app"]


def _missing(here: Scene) -> list[Text]:
    """The messages of the app that have not arrived."""
    bodies = {phone: "\n".join(m.body for m in found) for phone, found in here.carrier.inboxes().items()}
    return [text for text in _sends(here) if text.token not in bodies.get(text.recipient, "")]


def _had(here: Scene) -> int:
    return len(_sends(here)) - len(_missing(here))


def _store_ms(here: Scene) -> int:
    seconds, micros = connect(here.place.store_url).time()
    return int(seconds * 1000 + micros // 1000)


def _all_alive(here: Scene, since_ms: int) -> bool:
    """Whether `/readyz` says so, by heartbeats from after the kill: an old one counts for 90 s."""
    if not here.place.answers("/readyz"):
        return False
    beats: Any = connect(here.place.store_url).hgetall(keys.ring("heartbeats"))
    return all(int(beats[name.encode()]) > since_ms for name in PROCESSES)


def _wait_until_settled(here: Scene, plan: Plan) -> None:
    """The short variant does not wait for the sends in doubt, and for those behind them in the same conversation."""
    _seconds_until(lambda: _missing(here) == ([] if plan.final else _behind_doubt(here)), plan.patience)


def _set_aside(here: Scene, plan: Plan) -> int:
    """Takes the sends in doubt out of the check of the short variant. Returns how many there are."""
    for text in [] if plan.final else _behind_doubt(here):
        text.certain = False
    return sum(1 for _ in _in_doubt(here))


def _behind_doubt(here: Scene) -> list[Text]:
    doubtful, missing = set(_in_doubt(here)), _missing(here)
    talks = [text.talk for text in missing if text.sids[0] in doubtful]
    return [text for text in missing if text.talk in talks]


def _in_doubt(here: Scene) -> Iterator[str]:
    """The Interactions that a worker has claimed, or that nobody knows to be sent."""
    for service in here.traffic.services:
        for one in here.traffic.app.list(f"/ops/v1/outbox/{service}", "outbox", "waiting"):
            if one["state"] in ("in_doubt", "sending"):
                yield one["interaction_sid"]


def _seconds_until(ready: Callable[[], bool], patience: float) -> float:
    """A figure, not a promise: whether it came is what the check counts."""
    began = time.monotonic()
    while not ready() and seconds_since(began) < patience:
        time.sleep(0.2)
    return seconds_since(began)


def _wait(ready: Callable[[], bool], patience: float, problem: str) -> None:
    _seconds_until(ready, patience)
    assert ready(), problem
