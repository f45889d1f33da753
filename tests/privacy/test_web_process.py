"""The web process as the Procfile starts it, at the most detailed log level, writes no number to its output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from dev.processes import wait_until
from tests.privacy.spellings import Search
from tests.support import stores
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN, free_port

# Slow: starts a web server of its own.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
NUMBER = "+15035558210"
search = Search([NUMBER])


def command() -> str:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    return lines["web"]


@pytest.fixture
def output(valkey_url: str, tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def web(valkey_url: str, output: Path) -> Iterator[str]:
    stores.empty(valkey_url)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "REDIS_URL": valkey_url, "PUBLIC_URL": url, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:1", "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "DEBUG", "PORT": str(port),
        "WEB_CONCURRENCY": "1", **stores.queues(valkey_url),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    with output.open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", command()], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log
        )
    try:
        assert wait_until(lambda: answers(url) or process.poll() is not None, 60) and process.poll() is None
        yield url
    finally:
        process.terminate()
        process.wait(30)
    stores.empty(valkey_url)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_numbers_in_requests_stay_out_of_the_output(web: str, output: Path) -> None:
    encoded, login = quote(NUMBER, safe=""), (ACCOUNT, TOKEN)
    for path in (
        f"/proxy/v1/Services/{encoded}",
        f"/{encoded}",
        f"/webhooks/{encoded}/message/x",
        "/proxy/v1/Services",
    ):
        for method in ("GET", "POST", "DELETE"):
            answer = requests.request(
                method, f"{web}{path}?x={encoded}", data={"UniqueName": f"{NUMBER}/"}, auth=login,
                headers={"X-Twilio-Signature": encoded, "User-Agent": NUMBER, "Referer": NUMBER}, timeout=30,
            )  # fmt: skip
            assert search(answer.content + repr(answer.headers).encode()) == []
    requests.post(f"{web}/proxy/v1/Services?{encoded}", data=NUMBER * 9000, auth=login, timeout=30)
    # Nothing answers at the carrier's address, so the request to the carrier fails.
    service = requests.post(f"{web}/proxy/v1/Services", data={"UniqueName": "a"}, auth=login, timeout=30).json()["sid"]
    added = requests.post(
        f"{web}/proxy/v1/Services/{service}/PhoneNumbers", data={"PhoneNumber": NUMBER}, auth=login, timeout=30
    )
    assert added.status_code == 503
    assert search(added.content + output.read_bytes()) == []


def test_there_is_an_output_to_search(web: str, output: Path) -> None:
    assert b"granian" in output.read_bytes().lower()
    assert "--no-access-log" in command()
