"""Checks a store's address: is the setting wrong, or is the store only unavailable for now?"""

from __future__ import annotations

import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import redis

from storage.servers import is_cluster
from storage.store import StoreUnavailable, connect

#: Part of a server's error reply -> the sentence that says what is wrong. `{name}` is the setting.
#: Source: the replies of Redis 7.2 and Valkey 8, which tests/storage/test_probe.py produces.
WRONG_LOGIN = (
    "the store refuses the user or password. Write: {name}=redis://user:password@host:6379/0 with the right ones"
)
NO_DATABASE = "the store has no database of that number. Write: {name}=redis://host:6379/0"
NO_PERMISSION = (
    "the store's user has not all the permissions needed. Run: ACL SETUSER <user> on allkeys allchannels +@all"
)
ONE_DATABASE = "a Cluster has only database 0. Write: {name}=redis://host:6379/0"
REPLIES = {
    "WRONGPASS": WRONG_LOGIN,
    "invalid username-password": WRONG_LOGIN,
    "Authentication required": "the store asks for a password. Write: {name}=redis://:password@host:6379/0",
    "called without any password": "a password is given, but the store has none. Write: {name}=redis://host:6379/0",
    "DB index is out of range": NO_DATABASE,
    "invalid DB index": NO_DATABASE,
    "SELECT is not allowed in cluster mode": ONE_DATABASE,
    "NOPERM": NO_PERMISSION,
    "no permissions to run": NO_PERMISSION,
}
PLAIN = "this port of the store does not use TLS. Write: {name}=redis://… (one s), or the number of its TLS port"
ENCRYPTED = "this port of the store uses TLS. Write: {name}=rediss://… (two s)"
CERTIFICATE = (
    "the store's TLS certificate is not trusted. Name its CA file: {name}=rediss://host:6380/0?ssl_ca_certs=/path.pem"
)
#: RQ uses keys of several slots at once.
NO_QUEUES = (
    "the store is a Cluster, and the queues of jobs need a single server. Write: QUEUE_URL=redis://host:6379/0 of one"
)
NO_STORE = "the server at this address is neither Redis nor Valkey. Write: {name}=redis://host:6379/0 of the store"


class StoreRefused(Exception):
    """A setting is wrong. The message is one sentence and the line to write; it never contains the address."""


def check_store(url: str, name: str, *, for_queues: bool = False) -> None:
    """`name`: the setting that holds `url`. `for_queues`: RQ uses it. Raises StoreRefused, or StoreUnavailable for
    errors that may pass.
    """
    try:
        client = connect(url)
        client.ping()
        client.info("server")
        if is_cluster(client):
            _check_cluster(client, url, name, for_queues=for_queues)
    except (redis.exceptions.RedisError, OSError, ValueError) as error:
        sentence = _misconfiguration(error, url)
        if sentence:
            raise StoreRefused(f"{name}: {sentence.format(name=name)}") from None
        raise StoreUnavailable(_unavailability(error)) from None


def _check_cluster(client: redis.Redis, url: str, name: str, *, for_queues: bool) -> None:
    if for_queues:
        raise StoreRefused(f"{name}: {NO_QUEUES}")
    if urlsplit(url).path.strip("/") not in ("", "0"):
        raise StoreRefused(f"{name}: {ONE_DATABASE.format(name=name)}")
    slots: Any = client.execute_command("CLUSTER INFO")  # type: ignore[no-untyped-call]
    if int(slots["cluster_slots_assigned"]) == 0:
        raise StoreUnavailable("the Cluster is not formed yet: no node has a slot")


def _misconfiguration(error: Exception, url: str) -> str | None:
    """What is wrong with the setting; None if nothing is, as far as is known."""
    text = str(error)
    for part, sentence in REPLIES.items():
        if part in text:
            return sentence
    if isinstance(error, redis.exceptions.InvalidResponse | ValueError):
        return NO_STORE
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return CERTIFICATE
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return None
    return _tls_mismatch(url)


def _tls_mismatch(url: str) -> str | None:
    """Connects the other way, with TLS or without, since the error does not show it.

    A plain server never answers TLS: it waits for the end of the line. A TLS server closes a plain connection.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss"):
        return None
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout=1) as connection:
            if parts.scheme == "rediss":
                return PLAIN if _answers_plain(connection) else None
            return ENCRYPTED if _answers_tls(connection) else None
    except OSError:
        return None


def _answers_plain(connection: socket.socket) -> bool:
    connection.sendall(b"PING\r\n")
    return connection.recv(1) in (b"+", b"-", b"H", b"<")


def _answers_tls(connection: socket.socket) -> bool:
    context = ssl.create_default_context()
    # The certificate need not be verified: nothing is sent.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(connection):
        return True


def _unavailability(error: Exception) -> str:
    """Why the store cannot be used now; never with the address, which may contain a password."""
    text = str(error)
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return "the store is loading its data"
    if "Name or service not known" in text or "name resolution" in text or "nodename nor servname" in text:
        return "the name of the store's host is not known"
    if "refused" in text:
        return "nothing listens at the store's address"
    return "the store does not answer"
