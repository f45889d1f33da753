"""The event loop's connection to the store: address, login and TLS as for a thread, and every failure as there."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from dev import store as embedded
from storage import keys
from storage.pipelined import Pipelined
from storage.store import Store, StoreUnavailable, connect
from tests.callbacks.http.authority import Authority

SERVICE = "KS" + "1" * 32
NOTHING = {"version": "", "notices": {}, "content": {}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Store]:
    server = embedded.start(tmp_path_factory.mktemp("store"), port=embedded.free_port(0), password="secret")
    yield server
    server.stop()


@pytest.fixture
def server(running: embedded.Store) -> redis.Redis:
    client = connect(running.url)
    client.flushall()
    return client


async def read(line: Pipelined) -> Any:
    return await line.run("read_service", keys.service("service", SERVICE), {})


def test_a_function_that_is_missing_is_loaded(running: embedded.Store, server: redis.Redis) -> None:
    server.function_flush()
    assert asyncio.run(read(Pipelined(Store(running.url)))) == NOTHING


def test_answers_come_to_whom_they_belong(running: embedded.Store, server: redis.Redis) -> None:
    async def ask() -> list[Any]:
        line = Pipelined(Store(running.url))
        return await asyncio.gather(*(line.command(("ECHO", number)) for number in range(500)))

    before = int(server.info("stats")["total_connections_received"])
    assert asyncio.run(ask()) == [str(number).encode() for number in range(500)]
    assert int(server.info("stats")["total_connections_received"]) == before + 1


def test_one_who_stops_waiting_shifts_no_answer(running: embedded.Store, server: redis.Redis) -> None:
    async def ask() -> Any:
        line = Pipelined(Store(running.url))
        await line.command(("PING",))
        left = asyncio.ensure_future(line.command(("ECHO", "left")))
        await asyncio.sleep(0)
        left.cancel()
        return await line.command(("ECHO", "stayed"))

    assert asyncio.run(ask()) == b"stayed"


def test_the_database_of_the_url(running: embedded.Store, server: redis.Redis) -> None:
    asyncio.run(Pipelined(Store(running.url[:-1] + "3")).command(("SET", "here", 1)))
    assert not server.exists("here") and connect(running.url[:-1] + "3").exists("here")


def test_a_wrong_password(running: embedded.Store) -> None:
    with pytest.raises(StoreUnavailable):
        asyncio.run(read(Pipelined(Store(running.url.replace("secret", "wrong")))))


def test_a_connection_that_was_lost_is_opened_again(running: embedded.Store, server: redis.Redis) -> None:
    async def ask() -> Any:
        line = Pipelined(Store(running.url))
        await read(line)
        server.client_kill_filter(_type="normal", skipme=True)
        return await read(line)

    assert asyncio.run(ask()) == NOTHING


def test_a_store_that_hangs_fails_in_time_and_is_used_again(running: embedded.Store, server: redis.Redis) -> None:
    async def ask() -> Any:
        line = Pipelined(Store(running.url))
        await read(line)
        running.process.send_signal(signal.SIGSTOP)
        try:
            answers = await asyncio.gather(*(read(line) for _ in range(20)), return_exceptions=True)
        finally:
            running.process.send_signal(signal.SIGCONT)
        assert {type(answer) for answer in answers} == {StoreUnavailable}
        return await read(line)

    assert asyncio.run(ask()) == NOTHING


def test_a_store_that_is_away(running: embedded.Store) -> None:
    with pytest.raises(StoreUnavailable):
        asyncio.run(read(Pipelined(Store(f"redis://127.0.0.1:{embedded.free_port(0)}/0"))))


@pytest.mark.parametrize("setting, value", [("maxmemory", "1"), ("min-replicas-to-write", "1")])
def test_a_store_that_refuses_writes(running: embedded.Store, server: redis.Redis, setting: str, value: str) -> None:
    before = server.config_get(setting)[setting]
    line = Pipelined(Store(running.url))
    server.config_set(setting, value)
    try:
        with pytest.raises(StoreUnavailable):
            asyncio.run(line.command(("SET", "x", "y")))
    finally:
        server.config_set(setting, str(before))


def test_a_command_that_is_wrong_is_no_failure_of_the_store(running: embedded.Store) -> None:
    with pytest.raises(redis.ResponseError):
        asyncio.run(Pipelined(Store(running.url)).command(("NO-SUCH-COMMAND",)))


def test_a_store_that_loads_its_data() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_load_for_ever, args=(listener,), daemon=True).start()
        with pytest.raises(StoreUnavailable):
            asyncio.run(read(Pipelined(Store(f"redis://127.0.0.1:{listener.getsockname()[1]}/0"))))


def _load_for_ever(listener: socket.socket) -> None:
    """Answers as a store does that reads its file after a start: it takes clients, and does nothing for them."""
    with listener.accept()[0] as client:
        while data := client.recv(65536):
            known = data.count(b"SETINFO")
            client.sendall(b"+OK\r\n" * known or b"-LOADING Valkey is loading the dataset in memory\r\n")


def test_tls(running: embedded.Store, server: redis.Redis, tmp_path: Path) -> None:
    """The embedded server has no TLS: a socket in front of it speaks it."""
    authority = Authority(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        context = authority.context("127.0.0.1")
        threading.Thread(target=_serve, args=(listener, context, running.port), daemon=True).start()
        url = f"rediss://:secret@127.0.0.1:{listener.getsockname()[1]}/0"
        trusted = Store(f"{url}?ssl_ca_certs={authority.ca_file}")
        assert asyncio.run(read(Pipelined(trusted))) == NOTHING
        with pytest.raises(StoreUnavailable):
            asyncio.run(read(Pipelined(Store(url))))


def _serve(listener: socket.socket, context: Any, port: int) -> None:
    while True:
        try:
            client = context.wrap_socket(listener.accept()[0], server_side=True)
        except OSError:
            if listener.fileno() < 0:
                return
            continue
        upstream = socket.create_connection(("127.0.0.1", port))
        for source, target in ((client, upstream), (upstream, client)):
            threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.close()
    except OSError:
        target.close()
