"""Web processes as the Procfile starts them, and a carrier whose webhooks a test can send to any of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from twilio.rest import Client

from common import config
from common.assembly import build
from common.runtime import Runtime
from simulator import server as simulator_server
from tests.support import stores
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN, free_port
from tests.support.webhooks import sign

ROOT = Path(__file__).parents[3]
LINE = re.findall(r"^web: (.+)$", (ROOT / "Procfile").read_text(encoding="utf-8"), re.MULTILINE)[0]
#: How many times to try, every 0.1 seconds, until a process answers.
PATIENCE = 300


class Deployment:
    """Like tests.support.stack.Stack, but separate processes serve the app; each `start` starts one."""

    def __init__(self, store_url: str) -> None:
        self.carrier = simulator_server.start(port=0, account_sid=ACCOUNT, auth_token=TOKEN)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "REDIS_URL": store_url, "PUBLIC_URL": self.url, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": self.carrier.url, "SECRET_KEY": SECRET_KEY, "ALLOW_PRIVATE_CALLBACKS": "1",
            "WEB_CONCURRENCY": "1", "API_READS_PER_SECOND": "0", "API_WRITES_PER_SECOND": "0",
            **stores.queues(store_url),
        }  # fmt: skip
        #: Used by tests to read the store; it serves no requests.
        self.runtime: Runtime = build(config.load(self.environment))
        self.processes: list[subprocess.Popen[bytes]] = []

    def sdk(self) -> Client:
        client = Client(ACCOUNT, TOKEN)
        client.proxy.base_url = f"{self.url}/proxy"
        client.api.base_url = self.carrier.url
        return client

    def start(self, port: int, line: str = LINE) -> subprocess.Popen[bytes]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        process = subprocess.Popen(
            ["sh", "-c", line.replace("${LISTEN_HOST:-0.0.0.0}", "127.0.0.1")], cwd=ROOT, start_new_session=True,
            env={**os.environ, **self.environment, "PATH": path, "PORT": str(port)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes.append(process)
        _wait(process, f"http://127.0.0.1:{port}/healthz")
        return process

    def stop(self) -> None:
        for process in self.processes:
            kill(process)
        self.carrier.stop()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kills the process at once, with all processes that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def deliver(url: str, port: int, form: dict[str, str]) -> requests.Response:
    """Posts the carrier's webhook for `url` to the process at `port`."""
    headers = {"X-Twilio-Signature": sign(url, list(form.items()))}
    return requests.post(re.sub(r":\d+/", f":{port}/", url, count=1), data=form, headers=headers, timeout=60)


@contextmanager
def deployed(store_url: str) -> Iterator[Deployment]:
    found = Deployment(store_url)
    try:
        found.start(found.port)
        yield found
    finally:
        found.stop()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(PATIENCE):
        assert process.poll() is None, "the web process did not start"
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError("the web process does not answer")
