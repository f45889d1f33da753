"""Fixtures for jobs as a worker process runs them: real environment settings, store, queue and database."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.queue_name import QueueName
from common.runtime import Runtime
from jobs import recurring
from jobs.queues import open_queue
from record.database import Database
from record.migrate import upgrade
from storage.store import connect
from tests.record.servers import emptied_url as emptied_url
from tests.record.servers import own_server as own_server
from tests.support.stores import queues

ACCOUNT = "AC" + "1" * 32


@pytest.fixture
def environment(emptied_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "REDIS_URL": emptied_url,
        **(queues(emptied_url) or {"QUEUE_URL": emptied_url.replace("/0", "/1")}),
        "DATABASE_URL": f"sqlite:///{tmp_path}/maskline.sqlite3",
        "PUBLIC_URL": "https://mask.shop.example",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": "token-of-the-tests-0123456789abcdef",
        "TWILIO_API_URL": "http://127.0.0.1:1",
        "SECRET_KEY": "secret key of the tests, long enough",
    }


@pytest.fixture
def rt(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    upgrade(environment["DATABASE_URL"])
    forget()
    yield recurring.runtime()
    database().dispose()
    forget()


def forget() -> None:
    recurring.runtime.cache_clear()


def database() -> Database:
    """The database that the jobs use."""
    return recurring.runtime().part(recurring.engine)


@pytest.fixture
def queue(rt):
    """The queue of most jobs."""
    return open_queue(connect(rt.settings.queue_url), QueueName.REST)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Restores signal handlers and log levels, because a worker sets them for its whole process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    levels = {name: logging.getLogger(name).level for name in ("", "rq.worker")}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
