"""The whole life of relayed texts, beside all processes of the Procfile: webhook, `action`, statuses, callback, SQL.

A text has lived when the carrier's requests about it were answered, the app was told of it, and its event is in SQL.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs

import requests

from bench import at_rest, forms, load
from bench.builds import Build
from bench.servers import Server
from bench.world import ACCOUNT, TOKEN
from common.sids import new

#: Requests of the carrier about one text, after its webhook, as they usually come.
STATUSES = ("queued", "sent", "delivered")
#: The carrier sends requests of so many texts at the same time.
AT_ONCE = 16
MOST_SECONDS = 120.0
#: A pause between two looks whether all is in SQL.
LOOK_SECONDS = 0.05
STATUS_URL = re.compile(r'action="https?://[^/"]+([^"]+)"')


class Life(NamedTuple):
    """`rate`: texts a second, until the last one has lived. `cpu_us`: of all processes and the store, for a text."""

    rate: float
    cpu_us: float


def measure(build: Build, people: list[forms.Sender], count: int) -> Life:
    """Stops the build's web server, and starts all that its Procfile lists. `people`: what `build.people` gave."""
    with _app() as (url, told), at_rest.installation(build, ALLOW_PRIVATE_CALLBACKS="1") as servers:
        _answers(servers["web"], build)
        _set_callback_url(servers["web"], build.one, url)
        supply = forms.webhooks(build.paths, people, count)
        earlier, cpu, began = _recorded(build), _cpu(build, servers), time.perf_counter()
        _play(servers["web"], supply)
        _wait(build, told, count, earlier)
        seconds = time.perf_counter() - began
        return Life(count / seconds, (_cpu(build, servers) - cpu) / count * 1e6)


def _play(web: Server, supply: Sequence[bytes]) -> None:
    """Each thread sends a part of the texts, and everything about one text before the next."""
    errors: list[Exception] = []

    def run(part: Sequence[bytes]) -> None:
        try:
            with load.line(web.target) as ask:
                for text in part:
                    _live(ask, text)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(supply[place::AT_ONCE],)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _live(ask: load.Ask, text: bytes) -> None:
    found = STATUS_URL.search(ask(text).decode())
    if found is None:
        raise ValueError("a text was not relayed")
    sid = new("SM")
    for status in STATUSES:
        ask(forms.status(found[1], sid, status))


def _wait(build: Build, told: set[str], count: int, earlier: int) -> None:
    end = time.monotonic() + MOST_SECONDS
    while len(told) < count or _recorded(build) < earlier + count:
        if time.monotonic() > end:
            raise TimeoutError(f"{build.code.name}: {len(told)} told, {_recorded(build) - earlier} recorded of {count}")
        time.sleep(LOOK_SECONDS)


def _recorded(build: Build) -> int:
    query = "SELECT count(*) FROM events WHERE type = 'interaction.created'"
    with contextlib.closing(sqlite3.connect(build.directory / "record.sqlite3", timeout=60)) as connection:
        try:
            (found,) = connection.execute(query).fetchone()
        except sqlite3.OperationalError:
            return 0
    return int(found)


def _cpu(build: Build, servers: dict[str, Server]) -> float:
    return build.cpu()[1] + sum(server.cpu() for server in servers.values())


def _answers(web: Server, build: Build) -> None:
    """Waits until the web server answers."""
    end = time.monotonic() + at_rest.START_SECONDS
    while True:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"http://127.0.0.1:{web.port}/healthz", timeout=5).ok:
                return
        if time.monotonic() > end:
            raise TimeoutError(f"{build.code.name} does not answer")
        time.sleep(LOOK_SECONDS)


def _set_callback_url(web: Server, service_sid: str, url: str) -> None:
    api = f"http://127.0.0.1:{web.port}/proxy/v1/Services/{service_sid}"
    requests.post(api, {"CallbackUrl": url}, auth=(ACCOUNT, TOKEN), timeout=60).raise_for_status()


@contextlib.contextmanager
def _app() -> Iterator[tuple[str, set[str]]]:
    """Yields its URL, and the SIDs of the Interactions that it was told of."""
    told: set[str] = set()

    class App(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told.update(form.get("interactionSid", ()))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", told
    finally:
        server.shutdown()
        server.server_close()
