"""The door itself: checked URL, one look-up, public addresses alone, one deadline, a bounded number at a time."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import closing
from threading import Thread

import certifi

from callbacks.http.addresses import is_public
from callbacks.http.outcome import Answer, Kind, OutsideError
from callbacks.http.slots import Slots
from callbacks.http.urls import Target, UrlRefused, split_url
from callbacks.http.wire import Deadline, connect, failing_as, receive, request, secure, send

#: (host, port) -> addresses as text. May raise OSError.
Resolve = Callable[[str, int], list[str]]

MOST_ADDRESSES = 4
MOST_BODY = 65_536


class Door:
    """One for a process, shared by its threads. Each post has a connection of its own, closed behind it."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        ca_file: str | None = None,
        resolve: Resolve | None = None,
        per_account: int = 4,
        total: int = 16,
        most_body: int = MOST_BODY,
    ) -> None:
        """`ca_file` stands in place of the usual authorities. `allow_private` lifts https and public addresses."""
        self._allow_private = allow_private
        self._context = _context(ca_file)
        self._resolve = resolve or (_look_up if allow_private else _look_up_outside)
        self._slots = Slots(per_account, total)
        self._most_body = most_body

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
    ) -> Answer:
        """Raises OutsideError. Sent at most once: what to do about a failure is the caller's.

        Without `read_body` the status is good as soon as it is known, whatever follows it. BUSY if all slots of the
        account are held. `answer_seconds`: how much of the deadline the answer may take, from the last byte sent.
        """
        return self._exchange(account_sid, url, headers, body, deadline_seconds, read_body, answer_seconds)

    def get(self, account_sid: str, url: str, *, headers: Mapping[str, str], deadline_seconds: float) -> Answer:
        """Raises OutsideError, also BUSY. A redirect is an answer like any other."""
        return self._exchange(account_sid, url, headers, None, deadline_seconds, True)

    def _exchange(
        self, account_sid: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline_seconds: float,
        read_body: bool, answer_seconds: float | None = None,
    ) -> Answer:  # fmt: skip
        target = self._target(url)
        data = request(target, headers, body)
        deadline = Deadline(deadline_seconds)
        self._slots.enter(account_sid)
        found: Future[list[str]] = Future()
        try:
            self._start_look_up(target, found)
            with closing(self._connection(target, found, deadline)) as made:
                send(made, data, deadline)
                if answer_seconds is not None:
                    deadline.shorten(answer_seconds)
                return self._receive(made, deadline, read_body)
        finally:
            # A look-up cannot be ended, so one that hangs keeps the slot: its account cannot pile up threads.
            found.add_done_callback(lambda _: self._slots.leave(account_sid))

    def _receive(self, made: socket.socket, deadline: Deadline, read_body: bool) -> Answer:
        try:
            return receive(made, deadline, self._most_body, read_body)
        except OutsideError as error:
            error.sent = True
            raise

    def _target(self, url: str) -> Target:
        try:
            return split_url(url, self._allow_private)
        except UrlRefused:
            raise OutsideError(Kind.REFUSED_URL) from None

    def _start_look_up(self, target: Target, found: Future[list[str]]) -> None:
        if target.is_literal:
            found.set_result([target.host])
            return
        try:
            Thread(target=self._answer_look_up, args=(target, found), daemon=True, name="look-up").start()
        except RuntimeError:
            found.set_exception(OutsideError(Kind.BUSY))

    def _answer_look_up(self, target: Target, found: Future[list[str]]) -> None:
        try:
            addresses = self._resolve(target.host, target.port)
        except Exception:
            addresses = []
        found.set_result(addresses)

    def _connection(self, target: Target, found: Future[list[str]], deadline: Deadline) -> socket.socket:
        with failing_as(Kind.UNRESOLVABLE):
            addresses = list(dict.fromkeys(found.result(deadline.left())))
        if not addresses:
            raise OutsideError(Kind.UNRESOLVABLE)
        if not (self._allow_private or all(is_public(address) for address in addresses)):
            raise OutsideError(Kind.PRIVATE_ADDRESS)
        made = connect(addresses[:MOST_ADDRESSES], target.port, deadline)
        return secure(made, self._context, target.host, deadline) if target.scheme == "https" else made


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


def _look_up_outside(host: str, port: int) -> list[str]:
    """The final dot keeps the local network's own zones, and the machine's own list of hosts, out of it."""
    return _look_up(f"{host}.", port)


def _context(ca_file: str | None) -> ssl.SSLContext:
    """Not create_default_context: that takes orders from the environment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(ca_file or certifi.where())
    return context
