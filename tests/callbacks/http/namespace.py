"""Runs in its own network, in which every address leads to our listeners, and we decide what each name resolves to.

Started by test_namespace under `unshare --net --mount`; prints what happened as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from callbacks.http.http_client import HttpClient
from callbacks.http.response import RequestFailed
from callbacks.http.urls import UrlRefused, split_url
from tests.callbacks.http.authority import Authority
from tests.callbacks.http.corpus import CASES
from tests.callbacks.http.names import Names

#: Only the test itself connects to this port: then all connections before it have been counted.
MARKER = 1
PORTS = (MARKER, 22, 25, 53, 80, 443, 444, 3000, 5000, 5432, 6379, 8080, 8443)
PUBLIC, PUBLIC_6 = "93.184.216.34", "2606:2800:220:1::1"
FIXED = {
    "good.shop.example": [PUBLIC],
    "good6.shop.example": [PUBLIC_6],
    "alias.shop.example": ["=inside.corp.example"],
    "inside.corp.example": ["10.0.0.1"],
    "loop.shop.example": ["=good.shop.example"],
}
TRIES = 1000


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def own_everything(directory: Path) -> None:
    run("ip", "link", "set", "lo", "up")
    run("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo")
    run("ip", "-6", "route", "add", "local", "::/0", "dev", "lo")
    for name, text in (
        ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:5\n"),
        ("hosts", "10.0.0.9 hosts.shop.example\n"),
    ):
        (directory / name).write_text(text)
        run("mount", "--bind", str(directory / name), f"/etc/{name}")


class Listeners:
    """Count the connections to each address and port. Ports 443 and 8443 use TLS, for names that begin with `good`."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._reached: list[tuple[str, int]] = []
        self._lock = Lock()
        self._selector = selectors.DefaultSelector()
        for port in PORTS:
            listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512)
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ, listener)
        Thread(target=self._accept, daemon=True).start()

    def reached(self) -> list[tuple[str, int]]:
        """Returns the connections since the last call. The last connection is our own marker, which is left out."""
        with socket.create_connection(("127.0.0.1", MARKER)) as made:
            made.recv(1)
        with self._lock:
            found, self._reached = self._reached, []
        assert found[-1] == ("127.0.0.1", MARKER)
        return found[:-1]

    def _accept(self) -> None:
        """Takes the marker's port last: when the marker is counted, all connections before it have been counted."""
        while True:
            ready = [key.data for key, _ in self._selector.select()]
            for listener in sorted(ready, key=lambda each: -int(each.getsockname()[1])):
                with suppress(BlockingIOError):
                    while True:
                        self._count(listener.accept()[0])

    def _count(self, made: socket.socket) -> None:
        address, port = made.getsockname()[:2]
        with self._lock:
            self._reached.append((address.removeprefix("::ffff:"), port))
        Thread(target=self._serve, args=(made, port), daemon=True).start()

    def _serve(self, made: socket.socket, port: int) -> None:
        with suppress(OSError), made:
            if port in (443, 8443):
                made = self._context.wrap_socket(made, server_side=True)
            if port != MARKER:
                made.recv(65_536)
                made.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def _names_of_the_corpus() -> Iterator[tuple[str, list[str]]]:
    for case in CASES:
        with suppress(UrlRefused):
            yield split_url(case.url, allow_private=True).host, case.addresses


NAMES = FIXED | dict(_names_of_the_corpus())


def answers(name: str, before: int) -> list[str]:
    if name == "rebind.shop.example":
        return [PUBLIC] if before % 2 == 0 else ["10.0.0.1"]
    return NAMES.get(name, [])


def outcome(client: HttpClient, url: str) -> str:
    try:
        return str(client.post("AC", url, body=b"", headers={}, deadline_seconds=60).status)
    except RequestFailed as error:
        return str(error)


def report(directory: Path) -> dict[str, Any]:
    authority = Authority(directory)
    listeners = Listeners(
        authority.context("good.shop.example", "good6.shop.example", "loop.shop.example", "127.0.0.1")
    )
    dns = Names(answers)
    client = HttpClient(ca_file=authority.ca_file)
    found: dict[str, Any] = {}
    found["corpus"] = [
        [case.url, case.kind, kind] for case in CASES if (kind := outcome(client, case.url)) != case.kind
    ]
    found["others"] = {name: outcome(client, f"https://{name}.shop.example/") for name in ("alias", "hosts")}
    found["reached by them"] = listeners.reached()
    found["good"] = [outcome(client, f"https://{name}.shop.example/") for name in ("good", "good6", "loop")]
    found["reached by good"] = listeners.reached()
    kinds = [outcome(client, "https://rebind.shop.example:8443/") for _ in range(TRIES)]
    found["rebinding"] = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    found["reached by rebinding"] = [list(each) for each in sorted(set(listeners.reached()))]
    found["asked by rebinding"] = dns.asked["rebind.shop.example", 1]
    free = HttpClient(ca_file=authority.ca_file, allow_private=True)
    found["free"] = [
        outcome(free, url) for url in ("https://127.0.0.1/", "http://169.254.169.254/", "http://[fd00:ec2::254]/")
    ]
    found["reached by free"] = listeners.reached()
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1])
    own_everything(place)
    print(json.dumps(report(place)))
