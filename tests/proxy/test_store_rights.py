"""The user of the store that docs/operations.md describes may do all that Maskline does, and not rule the store."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from common.queue_name import QueueName
from dev import store as embedded
from jobs import clock, recurring
from jobs.queues import open_queue
from jobs.worker import worker
from record.migrate import upgrade
from storage.store import connect
from tests.guards.source import ROOT
from tests.support.stack import Stack
from tests.support.webhooks import WebhookHarness

# Slow: starts a store of its own and runs every job.
pytestmark = pytest.mark.slow

RULES = re.findall(r"^ACL SETUSER maskline (.*)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
PASSWORD = "password-of-the-user-of-the-store"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    server = embedded.start(tmp_path / "store", port=embedded.free_port(0))
    (rules,) = RULES
    connect(server.url).execute_command("ACL", "SETUSER", "maskline", *rules.replace("<password>", PASSWORD).split())
    yield re.sub(r"//.*@|//", f"//maskline:{PASSWORD}@", server.url)
    server.stop()


def test_everything_works(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = f"sqlite:///{tmp_path}/maskline.sqlite3"
    upgrade(database)
    stack = Stack(url, DATABASE_URL=database)
    try:
        harness = WebhookHarness(stack, numbers=2)
        conversation = harness.open()
        harness.text(conversation.alice, conversation.alices, "hello")
        assert [text for _, text in harness.inbox(conversation.bob)] == ["hello"]
        run_every_job(stack, connect(url), monkeypatch)
        # An error of one Service does not stop a job: it is logged by its kind.
        assert "NoPermission" not in caplog.text and "ResponseError" not in caplog.text
    finally:
        stack.stop()


def run_every_job(stack: Stack, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    recurring.runtime.cache_clear()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for act, plan in recurring.EVERY.items():
        assert clock.enqueue(open_queue(client, plan.queue), f"{act.__module__}.{act.__name__}", 3600)
    for name in QueueName:
        worker(stack.runtime.settings.queue_url, name).work(burst=True)
        assert open_queue(client, name).failed_job_registry.count == 0
    for number, handler in handlers.items():
        signal.signal(number, handler)
    recurring.runtime().part(recurring.engine).dispose()
    recurring.runtime.cache_clear()


@pytest.mark.parametrize(
    "command",
    [
        "FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG SET appendonly no", "SHUTDOWN NOSAVE", "MONITOR",
        "ACL LIST", "REPLICAOF NO ONE", "SAVE", "BGREWRITEAOF", "FUNCTION FLUSH", "MODULE LIST", "CLIENT KILL ID 1",
        "SWAPDB 0 1", "SCRIPT FLUSH",
    ],
)  # fmt: skip
def test_what_it_may_not(url: str, command: str) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError):
        connect(url).execute_command(*command.split())
