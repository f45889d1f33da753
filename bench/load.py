"""Load: prepared requests over 16 connections from 2 processes, by wrk if it is installed, else by our own client."""

from __future__ import annotations

import contextlib
import multiprocessing
import selectors
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench import wrk
from bench.rounds import CONNECTIONS, PROCESSES, Round, Target

Ask = Callable[[bytes], bytes]


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "own client (wrk is lighter: install it for a floor that flatters nobody)"


def drive(target: Target, requests: Sequence[bytes], seconds: float, expected: bytes | None = None) -> Round:
    """Send each request at most once, until none is left or the time is over. Each answer must contain `expected`."""
    if shutil.which("wrk"):
        return wrk.drive(target, requests, seconds, expected)
    return own(target, requests, seconds, expected)


def own(target: Target, requests: Sequence[bytes], seconds: float, expected: bytes | None = None) -> Round:
    forks = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[Round] = forks.Queue()
    shares = [requests[n::PROCESSES] for n in range(PROCESSES)]
    workers = [
        forks.Process(target=lambda s=share: results.put(_run(target, s, seconds, expected))) for share in shares
    ]
    for worker in workers:
        worker.start()
    rounds = [results.get(timeout=seconds + 60) for _ in workers]
    for worker in workers:
        worker.join()
    done, failed = sum(r.done for r in rounds), sum(r.failed for r in rounds)
    return Round(done, failed, max(r.seconds for r in rounds), max(r.p99_ms for r in rounds))


@dataclass(slots=True)
class _Line:
    socket: socket.socket
    sent: float = 0.0
    answer: bytes = b""


def ask(target: Target, request: bytes) -> bytes:
    """Send one request and return its whole answer."""
    line = _Line(socket.create_connection(target, timeout=10))
    with line.socket:
        line.socket.sendall(request)
        while not is_complete(line.answer):
            got = line.socket.recv(65536)
            if not got:
                break
            line.answer += got
    return line.answer


@contextlib.contextmanager
def line(target: Target) -> Iterator[Ask]:
    """Yields a function that sends a request over one connection and returns its answer, which must be a 2xx."""
    with socket.create_connection(target, timeout=30) as connection:

        def ask(request: bytes) -> bytes:
            connection.sendall(request)
            answer = b""
            while not is_complete(answer):
                got = connection.recv(65536)
                if not got:
                    raise ConnectionError("closed in the middle of an answer")
                answer += got
            if answer[9:10] != b"2":
                raise ValueError(f"not a 2xx: {answer[:200]!r}")
            return answer

        yield ask


def _run(target: Target, requests: Sequence[bytes], seconds: float, expected: bytes | None) -> Round:
    waiting, supply = selectors.DefaultSelector(), iter(requests)
    begin = time.perf_counter()
    end, took, failed = begin + seconds, [], 0
    for _ in range(CONNECTIONS):
        _next(waiting, _Line(socket.create_connection(target)), supply)
    while waiting.get_map():
        for key, _ in waiting.select(10):
            line: _Line = key.data
            got = line.socket.recv(65536)
            line.answer += got
            if got and not is_complete(line.answer):
                continue
            now = time.perf_counter()
            took.append(now - line.sent)
            failed += line.answer[9:10] != b"2" or (expected or b"") not in line.answer
            waiting.unregister(line.socket)
            line = _reusable(line, target)
            if now < end:
                _next(waiting, line, supply)
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000 if took else 0.0
    return Round(len(took) - failed, failed, time.perf_counter() - begin, p99)


def _next(waiting: selectors.BaseSelector, line: _Line, supply: Iterator[bytes]) -> None:
    request = next(supply, None)
    if request is None:
        line.socket.close()
        return
    line.sent, line.answer = time.perf_counter(), b""
    line.socket.sendall(request)
    waiting.register(line.socket, selectors.EVENT_READ, line)


def _reusable(line: _Line, target: Target) -> _Line:
    """gunicorn's sync workers close the connection after each answer."""
    if b"connection: close" not in line.answer[:400].lower() and line.answer:
        return line
    line.socket.close()
    return _Line(socket.create_connection(target))


def is_complete(answer: bytes) -> bool:
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    _, _, length = head.lower().partition(b"\r\ncontent-length:")
    return len(body) >= int(length.split(b"\r\n", 1)[0] or 0)
