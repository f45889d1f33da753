"""Reads all data at rest: the store's keys, files and logs, and the database's rows and files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redis.cluster import RedisCluster

READERS: dict[str, Callable[[Any, bytes], Any]] = {
    "string": lambda client, key: client.get(key),
    "hash": lambda client, key: client.hgetall(key),
    "set": lambda client, key: client.smembers(key),
    "zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
    "list": lambda client, key: client.lrange(key, 0, -1),
    "stream": lambda client, key: client.xrange(key),
}


def prepare(client: Any) -> None:
    """Makes the store log every command and write no compressed data, which the search could not read."""
    settings: dict[str, int | str] = {
        "slowlog-log-slower-than": 0, "slowlog-max-len": 100_000,
        "commandlog-request-larger-than": 0, "commandlog-large-request-max-len": 100_000,
        "commandlog-reply-larger-than": 0, "commandlog-large-reply-max-len": 100_000,
        "rdbcompression": "no",
    }  # fmt: skip
    for node in nodes(client):
        for name, value in settings.items():
            node.config_set(name, value)


def nodes(client: Any) -> list[Any]:
    """A client of each node of a Cluster; else the client itself."""
    if not isinstance(client, RedisCluster):
        return [client]
    return [client.get_redis_connection(node) for node in client.get_nodes()]


def store(client: Any) -> dict[str, bytes]:
    """Key -> its name, its value as read and its value as dumped."""
    found: dict[str, bytes] = {}
    for key in client.scan_iter(count=1000):
        # RQ's keys of a job expire, possibly during this loop.
        if client.type(key) == b"none":
            continue
        value = flat(READERS[str(client.type(key), "utf-8")](client, key))
        found[f"key {key.decode(errors='replace')}"] = key + b"\n" + value + b"\n" + (client.dump(key) or b"")
    return found


def flat(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        value = [part for pair in value.items() for part in pair]
    if isinstance(value, list | tuple | set):
        return b"\n".join(flat(part) for part in value)
    return str(value).encode()


def store_logs(client: Any) -> dict[str, bytes]:
    every = nodes(client)
    found = {"slowlog": flat([node.execute_command("SLOWLOG", "GET", "-1") for node in every])}
    for kind in ("slow", "large-request", "large-reply"):
        found[f"commandlog {kind}"] = flat([node.execute_command("COMMANDLOG", "GET", "-1", kind) for node in every])
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def database(path: Path) -> dict[str, bytes]:
    """The rows, and the files, which may still hold deleted data or data in the write-ahead log."""
    with sqlite3.connect(path) as connection:
        rows = "\n".join(connection.iterdump()).encode()
    return {"rows": rows, **{f"database {name}": data for name, data in files(path.parent).items()}}
