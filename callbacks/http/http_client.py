"""The guarded client: checked URL, one look-up, public addresses only, one deadline, a limited number at a time."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import closing
from threading import Thread
from typing import Any

import certifi

from callbacks.http.addresses import is_public
from callbacks.http.concurrency_limit import ConcurrencyLimit
from callbacks.http.http1 import Deadline, connect, errors_as, receive, request, secure, send
from callbacks.http.response import FailureKind, RequestFailed, Response
from callbacks.http.urls import Target, UrlRefused, split_url
from common import waiting

#: (host, port) -> addresses as text. May raise OSError.
Resolve = Callable[[str, int], list[str]]
#: (account SID, REFUSED_URL or PRIVATE_ADDRESS): told of each request that was not sent because of its target.
OnRefused = Callable[[str, FailureKind], None]
REFUSED_TARGET = (FailureKind.REFUSED_URL, FailureKind.PRIVATE_ADDRESS)

MAX_ADDRESSES = 4
MAX_BODY_BYTES = 65_536


class HttpClient:
    """One for a process, shared by its threads. Each request opens a connection of its own and closes it."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        ca_file: str | None = None,
        resolve: Resolve | None = None,
        per_account: int = 4,
        total: int = 16,
        max_body_bytes: int = MAX_BODY_BYTES,
        on_refused: OnRefused = lambda account_sid, kind: None,
    ) -> None:
        """`ca_file` replaces the usual certificate authorities. `allow_private` also allows http and private addresses.

        `per_account` and `total`: requests in progress at the same time. `max_body_bytes`: of a response.
        """
        self._allow_private = allow_private
        self._context = _context(ca_file)
        self._resolve = resolve or (_look_up if allow_private else _look_up_outside)
        self._limit = ConcurrencyLimit(per_account, total)
        self._max_body_bytes = max_body_bytes
        self._on_refused = on_refused

    def post(
        self,
        account_sid: str,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        deadline_seconds: float,
        read_body: bool = True,
        answer_seconds: float | None = None,
    ) -> Response:
        """Raises RequestFailed. Sends at most once; the caller decides whether to try again.

        Without `read_body` the response is complete as soon as its status is known, whatever follows. BUSY if the
        account has too many requests in progress. `answer_seconds`: the most that the response may take, counted from
        the last byte sent.
        """
        return self._try(account_sid, url, headers, body, deadline_seconds, read_body, answer_seconds)

    def get(self, account_sid: str, url: str, *, headers: Mapping[str, str], deadline_seconds: float) -> Response:
        """Raises RequestFailed, also BUSY. A redirect is returned like any other response."""
        return self._try(account_sid, url, headers, None, deadline_seconds, True)

    def _try(self, account_sid: str, *request: Any) -> Response:
        try:
            with waiting.for_others():
                return self._send(account_sid, *request)
        except RequestFailed as error:
            if error.kind in REFUSED_TARGET:
                self._on_refused(account_sid, error.kind)
            raise

    def _send(
        self, account_sid: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline_seconds: float,
        read_body: bool, answer_seconds: float | None = None,
    ) -> Response:  # fmt: skip
        target = self._target(url)
        data = request(target, headers, body)
        deadline = Deadline(deadline_seconds)
        self._limit.acquire(account_sid)
        found: Future[list[str]] = Future()
        try:
            self._start_look_up(target, found)
            with closing(self._connect(target, found, deadline)) as connection:
                send(connection, data, deadline)
                if answer_seconds is not None:
                    deadline.shorten(answer_seconds)
                return self._receive(connection, deadline, read_body)
        finally:
            # A look-up cannot be stopped, so one that hangs still counts: no account can start more and more threads.
            found.add_done_callback(lambda _: self._limit.release(account_sid))

    def _receive(self, connection: socket.socket, deadline: Deadline, read_body: bool) -> Response:
        try:
            return receive(connection, deadline, self._max_body_bytes, read_body)
        except RequestFailed as error:
            error.sent = True
            raise

    def _target(self, url: str) -> Target:
        try:
            return split_url(url, self._allow_private)
        except UrlRefused:
            raise RequestFailed(FailureKind.REFUSED_URL) from None

    def _start_look_up(self, target: Target, found: Future[list[str]]) -> None:
        if target.is_literal:
            found.set_result([target.host])
            return
        try:
            Thread(target=self._answer_look_up, args=(target, found), daemon=True, name="look-up").start()
        except RuntimeError:
            found.set_exception(RequestFailed(FailureKind.BUSY))

    def _answer_look_up(self, target: Target, found: Future[list[str]]) -> None:
        try:
            addresses = self._resolve(target.host, target.port)
        except Exception:
            addresses = []
        found.set_result(addresses)

    def _connect(self, target: Target, found: Future[list[str]], deadline: Deadline) -> socket.socket:
        with errors_as(FailureKind.UNRESOLVABLE):
            addresses = list(dict.fromkeys(found.result(deadline.left())))
        if not addresses:
            raise RequestFailed(FailureKind.UNRESOLVABLE)
        if not (self._allow_private or all(is_public(address) for address in addresses)):
            raise RequestFailed(FailureKind.PRIVATE_ADDRESS)
        connection = connect(addresses[:MAX_ADDRESSES], target.port, deadline)
        return secure(connection, self._context, target.host, deadline) if target.scheme == "https" else connection


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


def _look_up_outside(host: str, port: int) -> list[str]:
    """With the final dot, the local network's search domains and the machine's own list of hosts are not used."""
    return _look_up(f"{host}.", port)


def _context(ca_file: str | None) -> ssl.SSLContext:
    """Not create_default_context, which reads the environment (SSLKEYLOGFILE)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(ca_file or certifi.where())
    return context
