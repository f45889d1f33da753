"""A process that is suspended (SIGSTOP) holds up no other: a second one of its kind takes over its work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from common.queue_name import QueueName
from jobs.queues import open_queue
from tests.faults.app import CustomersApp
from tests.faults.carrier import CALM, Carrier
from tests.faults.installation import Installation
from tests.faults.processes import send
from tests.faults.suite import SHORT_PATIENCE, Scene
from tests.faults.traffic import Size, Traffic
from tests.faults.works import CALLBACKS, FILES, RECORD, SENDS, TEXTS, WORKS, Round, wait_for

# Slow: starts a whole installation, and suspends each of its processes in turn.
pytestmark = pytest.mark.slow
SEED = 14
#: Kind of process -> its processes, and the works that stand still while none of them runs. A picture needs both a
#: worker of files and one of sends.
KINDS = {
    "sends": (("sends", "sends2"), {SENDS, CALLBACKS, FILES}),
    "files": (("files", "files2"), {FILES}),
    "rest": (("rest", "rest2"), {RECORD}),
    "clock": (("clock", "clock2"), {SENDS, CALLBACKS, FILES, RECORD}),
}
PROCESSES = [name for names, _ in KINDS.values() for name in names]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The Procfile's processes, with a second worker of each queue, while people and the app act."""
    carrier = Carrier(SEED, CALM)
    place = Installation(tmp_path_factory.mktemp("suspended"), carrier.url)
    place.lines |= {"files2": place.lines["files"], "rest2": place.lines["rest"]}
    app = CustomersApp(place.url, SEED)
    try:
        place.start()
        traffic = Traffic(app, carrier, Size(people=20, talks=12, actors=2, churn=0, call_share=0), SEED).start()
        scene = Scene(place, carrier, app, traffic)
        with scene.acting(pause=0.5):
            yield scene
        found = scene.check(SHORT_PATIENCE)
        assert not found.faults(), "\n".join([str(found.faults()), *found.examples])
    finally:
        place.stop()
        app.stop()
        carrier.stop()


@contextmanager
def suspended(*pids: int) -> Iterator[None]:
    assert all(pids), "it does not run"
    for pid in pids:
        send(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            send(pid, signal.SIGCONT)


def has_jobs(here: Scene) -> bool:
    """Whether a job waits in a queue or runs."""
    queues = [open_queue(here.place.client(), name) for name in QueueName]
    return any(queue.count or queue.started_job_registry.get_job_count(cleanup=False) for queue in queues)


@pytest.mark.parametrize("name", PROCESSES)
def test_the_others_take_over(here: Scene, name: str) -> None:
    work = Round(here)
    with suspended(here.place.parts[name].pid):
        work.begin()
        assert wait_for(lambda: work.is_done(*WORKS)), work.done()


@pytest.mark.parametrize("number", [0, 1])
def test_the_other_web_worker_answers(here: Scene, number: int) -> None:
    work = Round(here)
    with suspended(sorted(here.place.parts["web"].children())[number]):
        work.begin()
        assert wait_for(lambda: work.is_done(*WORKS)), work.done()


@pytest.mark.parametrize("kind", KINDS)
def test_without_any_of_a_kind_its_work_stands_still(here: Scene, kind: str) -> None:
    """The control: these tests would see it. All other work goes on, and nothing is lost."""
    names, standing = KINDS[kind]
    work, others = Round(here), [name for name in WORKS if name not in standing]
    with suspended(*(here.place.parts[name].pid for name in names)):
        # The workers still do what the clocks have enqueued.
        assert kind != "clock" or wait_for(lambda: not has_jobs(here))
        work.begin()
        assert wait_for(lambda: work.is_done(*others)), work.done()
        found = work.done()
        assert [found[name] for name in standing] == [0] * len(standing)
    assert wait_for(lambda: work.is_done(*WORKS)), work.done()


def test_without_web_workers_nobody_answers(here: Scene) -> None:
    with suspended(*here.place.parts["web"].children()), pytest.raises(requests.RequestException):
        requests.get(f"{here.place.url}/healthz", timeout=2)
    assert TEXTS in WORKS and wait_for(lambda: here.place.answers("/healthz"))
