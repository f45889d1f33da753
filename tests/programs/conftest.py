"""The live stack under a host name, and a separate Service for every program."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from callbacks.run import DeliveryWorker
from jobs import recurring
from services.services import get_service
from sessions.sessions import open_session
from tests.programs import sdks
from tests.programs.python import names
from tests.programs.sdks import HERE
from tests.support.stack import ACCOUNT, TOKEN, Stack

#: Numbers of San Francisco in the simulator's catalogue, so that every choice by country or area finds them.
NEAR = "+1415555"
#: The pause between two rounds of the recurring jobs, and the time for the last round's deliveries to finish.
PAUSE_SECONDS, LAST_SECONDS = 0.05, 15

Run = Callable[..., None]


@pytest.fixture(scope="session", autouse=True)
def local_names() -> Iterator[None]:
    names.install()
    yield
    names.uninstall()


@pytest.fixture(scope="module", params=["mask.shop.localhost"])
def stack(request: pytest.FixtureRequest, valkey_url: str) -> Iterator[Stack]:
    found = Stack(valkey_url, host=request.param)
    with _worker(found):
        yield found
    found.stop()


@contextmanager
def _worker(stack: Stack) -> Iterator[None]:
    """Repeats the recurring jobs that programs wait for, as the scheduler does."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(PAUSE_SECONDS):
            recurring.deliver()
            recurring.sweep()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recurring, "runtime", lambda: stack.runtime)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield
        over.set()
        thread.join()
        stack.runtime.part(DeliveryWorker).wait(LAST_SECONDS)


@pytest.fixture
def run(stack: Stack) -> Iterator[Run]:
    """Runs a command as a user's program. It gets a Service with this many numbers and Sessions, and must succeed."""

    def program(command: Sequence[str | Path], numbers: int, sessions: int = 0, **more: str) -> None:
        service = stack.sdk().proxy.v1.services.create(unique_name=f"program-{uuid4().hex}")
        requests.post(f"{stack.carrier.url}/sim/reset", timeout=10).raise_for_status()
        _fill(stack, service.sid, numbers)
        _open(stack, service.sid, sessions)
        done = subprocess.run(
            command, cwd=HERE, env=_environment(stack, service.sid, more), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr

    yield program
    for service in stack.sdk().proxy.v1.services.list():
        service.delete()


def _fill(stack: Stack, service: str, count: int) -> None:
    client = stack.sdk()
    near = [n for n in client.incoming_phone_numbers.list() if n.phone_number.startswith(NEAR)]
    assert len(near) >= count
    for number in near[:count]:
        client.proxy.v1.services(service).phone_numbers.create(sid=number.sid)


def _open(stack: Stack, service_sid: str, count: int) -> None:
    service = get_service(stack.runtime, ACCOUNT, service_sid)
    for number in range(count):
        open_session(stack.runtime, service, {"unique_name": f"session {number}"}, [])


def _environment(stack: Stack, service: str, more: dict[str, str]) -> dict[str, str]:
    """Only what a user would set, and little of the test's own environment."""
    places = {"MASKLINE_URL": stack.url, "CARRIER_URL": stack.carrier.url, "SERVICE_SID": service}
    login = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **places, **login, **more}


@pytest.fixture(scope="session")
def node() -> Path:
    try:
        return sdks.node()
    except sdks.NoNode as missing:
        pytest.skip(str(missing))
