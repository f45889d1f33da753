"""Several web processes as the Procfile starts them, and a plain HTTP client of the API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.sessions.real_runtime import ACCOUNT, TOKEN
from tests.support.stack import free_port

ROOT = Path(__file__).parents[2]
OPTIONS = "--interface rsgi --http 1 --no-ws --host 127.0.0.1 --backlog 2048 --no-access-log"
#: How many times to try, every 0.1 seconds, until all processes answer.
PATIENCE = 300


@contextmanager
def serving(environ: Mapping[str, str], processes: int) -> Iterator[str]:
    """Starts the processes. Gives the URL of the API."""
    port = free_port()
    command = [sys.executable, "-m", "granian", *OPTIONS.split(), "--workers", str(processes), "--port", str(port)]
    server = subprocess.Popen(
        [*command, "rsgi:app"], cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(server, url)
        yield f"{url}/proxy/v1"
    finally:
        _end(server)


def _wait(server: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(PATIENCE):
        assert server.poll() is None, "the web server did not start"
        try:
            if requests.get(f"{url}/healthz", timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def _end(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


class Api:
    """One thread's client for one Service. Each call returns the status and the body."""

    def __init__(self, url: str, service_sid: str) -> None:
        self._http = requests.Session()
        self._http.auth = (ACCOUNT, TOKEN)
        self._base = f"{url}/Services/{service_sid}"

    def call(self, method: str, path: str, form: Any = None) -> tuple[int, dict[str, Any]]:
        answer = self._http.request(method, self._base + path, data=form, timeout=60)
        return answer.status_code, answer.json() if answer.content else {}
