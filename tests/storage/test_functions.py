"""Functions in the store: loaded at start and when missing; sent as script text if FUNCTION is forbidden."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from common import release
from common.assembly import build
from common.config import ConfigError, Settings
from common.starting import StoreAway
from dev import store as embedded
from storage import keys, library, releases
from storage.store import FunctionsForbidden, Store, StoreUnavailable, connect
from tests.storage.test_start import settings

SERVICE = "KS" + "1" * 32


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Store]:
    """A separate server for this module, because the tests remove its libraries and change its users."""
    server = embedded.start(tmp_path_factory.mktemp("functions"), port=embedded.free_port(0))
    yield server
    server.stop()


@pytest.fixture
def server(running: embedded.Store) -> redis.Redis:
    client = connect(running.url)
    client.function_flush()
    client.flushall()
    return client


def libraries(server: redis.Redis) -> set[str]:
    return {row[row.index(b"library_name") + 1].decode() for row in server.function_list()}


def read(store: Store) -> object:
    return store.service("read_service", SERVICE, {})


NOTHING = {"version": "", "notices": {}, "content": {}}


def test_a_start_loads_them_and_notes_when(running: embedded.Store, server: redis.Redis) -> None:
    build(settings(running.url))
    assert libraries(server) == {library.name()}
    assert server.zrange(keys.ring("libraries"), 0, -1) == [library.name().encode()]
    build(settings(running.url))


@pytest.mark.parametrize("lose", ["function flush", "flushall", "script flush"])
def test_what_is_missed_is_loaded_again(running: embedded.Store, server: redis.Redis, lose: str) -> None:
    store = Store(running.url)
    assert read(store) == NOTHING
    server.execute_command(*lose.split())
    assert read(store) == NOTHING


def test_a_store_that_forbids_functions_gets_texts(running: embedded.Store, server: redis.Redis) -> None:
    rt = build(dataclasses.replace(settings(running.url), store_functions="script"))
    assert read(rt.store) == NOTHING
    server.script_flush()
    assert read(rt.store) == NOTHING
    assert not libraries(server) and not server.exists(keys.ring("libraries"))


@pytest.fixture
def forbidden(running: embedded.Store, server: redis.Redis) -> Iterator[Settings]:
    """Settings with a user who may run all commands except FUNCTION."""
    server.execute_command("ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-function")
    yield settings(running.url.replace("redis://", "redis://app:secret@"))
    server.execute_command("ACL", "DELUSER", "app")


def test_a_user_who_may_not_load_is_told_the_setting(forbidden: Settings) -> None:
    with pytest.raises(ConfigError, match=r"REDIS_URL: .*STORE_FUNCTIONS=script"):
        build(forbidden)
    with pytest.raises(ConfigError, match="STORE_FUNCTIONS=script"):
        release.release(forbidden)
    build(dataclasses.replace(forbidden, store_functions="script"))


def test_a_user_who_may_not_load_uses_what_another_has_loaded(
    running: embedded.Store, server: redis.Redis, forbidden: Settings
) -> None:
    Store(running.url).load()
    store = build(forbidden).store
    assert read(store) == NOTHING
    server.function_flush()
    with pytest.raises(FunctionsForbidden):
        read(store)


def test_a_replica_is_waited_for(running: embedded.Store, server: redis.Redis) -> None:
    server.replicaof("127.0.0.1", 1)
    try:
        with pytest.raises(StoreAway, match="REDIS_URL"):
            build(settings(running.url))
        with pytest.raises(StoreUnavailable):
            Store(running.url).guard(Store(running.url).load)
    finally:
        server.replicaof("NO", "ONE")


def test_a_release_removes_ours_but_the_last(running: embedded.Store, server: redis.Redis) -> None:
    older = {"maskline_a": 3, "maskline_b": 2, "other": 9}
    for name in (*older, "maskline_unknown"):
        function = "server.register_function('f_" + name + "', function() return 1 end)"
        server.function_load(f"#!lua name={name}\n{function}")
    server.zadd(keys.ring("libraries"), older)
    assert release.release(settings(running.url)) == ["maskline_b", "maskline_unknown"]
    assert libraries(server) == {library.name(), "maskline_a", "other"}
    assert release.release(settings(running.url)) == []
    assert read(Store(running.url)) == NOTHING


def test_two_releases_work_side_by_side(
    running: embedded.Store, server: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Store(running.url)
    assert read(now) == NOTHING
    monkeypatch.setattr(library, "version", lambda: "0" * 12)
    assert read(now) == NOTHING
    monkeypatch.undo()
    assert read(now) == NOTHING
    assert libraries(server) == {library.name(), "maskline_" + "0" * 12}
    assert releases.remove_old(now) == ["maskline_" + "0" * 12]


def test_names_hold_the_version_of_the_source() -> None:
    assert re.fullmatch(r"maskline_[0-9a-f]{12}", library.name())
    assert library.registered("accept") == f"accept_{library.version()}"
    assert f"register('accept_{library.version()}'" in library.text()
    assert library.VERSION not in library.text()


def test_a_script_has_what_it_needs_and_nothing_else() -> None:
    text = library.script("list_drained")
    assert "modules['pool.cell']" in text and "keys.cell(" in text
    assert "modules['pool.lease']" not in text and "keys.leases(" not in text


def test_a_file_of_each_function_is_found() -> None:
    assert library.functions()["accept"] == Path(library.ROOT, "relay", "lua", "accept.lua")
