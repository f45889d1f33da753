"""The embedded store keeps its data, is found again by the next start, and is stopped only if it is ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
import redis

from dev import processes, store
from storage.store import connect


@pytest.fixture
def directory(tmp_path):
    yield tmp_path / "a directory" / "valkey"
    store.end_orphan(tmp_path / "a directory" / "valkey")


def start(directory, **given):
    return store.start(directory, port=store.free_port(0), **given)


def test_it_is_durable_and_stays_here(directory):
    server = start(directory)
    client = connect(server.url)
    found = {name: client.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy", "bind")}
    assert found == {
        "appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "bind": "127.0.0.1",
    }  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < int(client.config_get("maxmemory")["maxmemory"] or 0) < memory
    server.stop()
    assert not server.is_running()


def test_everysec_if_asked_for(directory):
    assert connect(start(directory, fsync="everysec").url).config_get("appendfsync") == {"appendfsync": "everysec"}


def test_it_survives_kill(directory):
    server = start(directory)
    connect(server.url).set("kept", "1")
    server.kill()
    again = start(directory)
    assert connect(again.url).get("kept") == b"1"
    again.stop()


def test_an_orphan_is_ended_and_its_data_kept(directory):
    orphan = start(directory)
    connect(orphan.url).set("kept", "1")
    again = start(directory)
    orphan.process.wait(1)
    assert connect(again.url).get("kept") == b"1"
    again.stop()


def test_a_strangers_process_is_left_alone(directory):
    """A pid file from before a reboot has the pid of a process that is not ours."""
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    directory.mkdir(parents=True)
    (directory / "valkey.pid").write_text(str(stranger.pid))
    assert not store.end_orphan(directory)
    assert stranger.poll() is None
    stranger.communicate(b"\n")


@pytest.mark.parametrize("content", ["", "x", "-1", "0", "999999999"])
def test_a_pid_file_that_leads_nowhere(directory, content):
    directory.mkdir(parents=True)
    (directory / "valkey.pid").write_text(content)
    assert not store.end_orphan(directory)


def test_a_start_that_fails_names_the_log(directory):
    directory.mkdir(parents=True)
    (directory / "appendonlydir").write_text("in the way")
    with pytest.raises(store.StoreError, match=r"valkey\.log"):
        start(directory)


def test_another_port_if_the_usual_one_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert store.free_port(taken) not in (0, taken)
        assert not store.answers(taken)


def test_processes_are_seen_with_their_group_and_command():
    mine = next(process for process in processes.running() if process.pid == os.getpid())
    assert mine.group == os.getpgid(0)
    assert "pytest" in mine.command or "execnet" in mine.command or sys.executable in mine.command


def test_a_password_is_asked_for_and_kept(directory):
    password = store.saved_password(directory)
    assert store.saved_password(directory) == password and len(password) == 48
    server = start(directory, password=password)
    assert connect(server.url).ping() and store.answers(server.port, password)
    assert not store.answers(server.port) and not store.answers(server.port, "wrong")
    with pytest.raises(redis.exceptions.AuthenticationError):
        connect(f"redis://127.0.0.1:{server.port}/0").get("x")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (directory / "password", directory / "valkey.conf"))
    server.stop()
