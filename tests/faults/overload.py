"""C8: a backlog of sends and an app that calls the API far above its limit, beside the texts of people."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.carrier import CALM
from tests.faults.memory import Samples
from tests.faults.outcome import Outcome
from tests.faults.processes import send
from tests.faults.suite import Scene, scene
from tests.faults.traffic import Size

LIMITS = {"API_READS_PER_SECOND": "20", "API_WRITES_PER_SECOND": "10", "API_BURST_SECONDS": "1"}
CLIENTS = 8
#: The short variant's texts that wait for the carrier's API, and its seconds of too many requests.
BACKLOG, SECONDS = 150, 12.0
#: The most seconds until a request is refused: on a slow machine it takes a while to send more than the limit.
PATIENCE = 60.0
#: The growth of a web worker's memory that counts as flat: caches fill in the first seconds.
MOST_GROWTH = 0.25
EXPECTED = frozenset({200, 201, 204, 429, 503})


def run(folder: Path, seed: int, share: float = 0.0, limits: dict[str, str] = LIMITS) -> Outcome:
    backlog, seconds = (int(5_000 * share), 300 * share) if share else (BACKLOG, SECONDS)
    size = Size(people=40, talks=30, actors=8, app_share=0, call_share=0, churn=0, forbidden_share=0, patience=60)
    with scene(folder, seed, CALM, size, **limits) as here:
        _fill_outbox(here, backlog)
        samples = Samples(here.place, every=0.5)
        with _too_many_requests(here) as answers, samples, here.acting(pause=0.05):
            _each_sender(here, signal.SIGCONT)
            time.sleep(seconds)
            _wait_for_refusal(answers)
        report = here.check(patience=60 + 600 * share)
        late = sum(text.given_up for text in here.traffic.book.texts.values())
    growth = samples.growth("web")
    odd = {status: count for status, count in answers.items() if status not in EXPECTED}
    faults = report.faults() | {
        name: count
        for name, count in (
            ("webhooks_unanswered", late), ("odd_answers", sum(odd.values())), ("not_shed", int(not answers[429])),
            ("memory_grew_percent", round(growth * 100) if growth > MOST_GROWTH else 0),
        )
        if count
    }  # fmt: skip
    figure = (
        f"{report.texts} texts beside {backlog} waiting sends and {sum(answers.values())} API requests "
        f"in {seconds:.0f} s: webhooks without an answer {late}, lost {report.lost}, doubled {report.doubled}; "
        f"API answered {answers[429]} times 429, {answers[503]} times 503, other errors {sum(odd.values())}; "
        f"memory of the web workers {growth:+.0%}"
    )
    return Outcome(figure, faults, [*report.examples, str(odd)])


def _wait_for_refusal(answers: Counter[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers[429] and time.monotonic() < deadline:
        time.sleep(0.2)


def _fill_outbox(here: Scene, count: int) -> None:
    """Texts of the first Service go by the carrier's API, and nobody sends them yet."""
    here.app.done("POST", f"/Services/{here.traffic.services[0]}", {"Delivery": "send"})
    _each_sender(here, signal.SIGSTOP)
    here.traffic.run(lambda: here.traffic.book.owed() >= 2 * count)


def _each_sender(here: Scene, number: signal.Signals) -> None:
    for name in here.place.names:
        if name.startswith("sends"):
            send(here.place.parts[name].pid, number)


@contextmanager
def _too_many_requests(here: Scene) -> Iterator[Counter[int]]:
    over, answers, lock = threading.Event(), Counter[int](), threading.Lock()
    talk = here.traffic.book.talks[0]

    def call() -> None:
        while not over.is_set():
            for method, path in (("GET", here.traffic.path(talk)), ("POST", f"/Services/{talk.service}/Sessions")):
                status, _ = here.app.try_once(method, path, None)
                with lock:
                    answers[status] += 1

    threads = [threading.Thread(target=call) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()
