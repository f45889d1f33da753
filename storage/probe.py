"""Can this store be used at all? Tells a wrong setting, which no waiting mends, from a store that is away."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import redis

from storage.store import StoreUnavailable, connect

#: Parts of what a server answers -> what is wrong. `{name}` is the setting.
#: Source: the servers' own replies (Redis 7.2, Valkey 8), played in tests/storage/test_probe.py.
RIGHT_ONES = (
    "the store refuses the user or password. Write: {name}=redis://user:password@host:6379/0 with the right ones"
)
NUMBER = "the store has no database of that number. Write: {name}=redis://host:6379/0"
ANSWERS = {
    "WRONGPASS": RIGHT_ONES,
    "invalid username-password": RIGHT_ONES,
    "Authentication required": "the store asks for a password. Write: {name}=redis://:password@host:6379/0",
    "called without any password": "a password is given, but the store has none. Write: {name}=redis://host:6379/0",
    "DB index is out of range": NUMBER,
    "invalid DB index": NUMBER,
    "SELECT is not allowed in cluster mode": "a Cluster has database 0 alone. Write: {name}=redis://host:6379/0",
    "NOPERM": "the store's user may not do what is needed. Run: ACL SETUSER <user> on allkeys allchannels +@all",
    "no permissions to run": "the store's user may not do what is needed. "
    "Run: ACL SETUSER <user> on allkeys allchannels +@all",
}
PLAIN = "the store speaks no TLS there. Write: {name}=redis://… (one s), or the port on which it does"
ENCRYPTED = "the store speaks TLS there. Write: {name}=rediss://… (two s)"
CERTIFICATE = (
    "the store's TLS certificate is not trusted. Give its authority: {name}=rediss://host:6380/0?ssl_ca_certs=/path.pem"
)
STRANGER = "what answers there is no Redis and no Valkey. Write: {name}=redis://host:6379/0 of the store"


class StoreRefused(Exception):
    """A setting is wrong; the message is one sentence with the line that mends it, without the address."""


def probe(url: str, name: str) -> None:
    """`name` is the setting that holds `url`. Raises StoreRefused, or StoreUnavailable for what may pass."""
    try:
        client = connect(url)
        client.ping()
        client.info("server")
    except (redis.exceptions.RedisError, OSError, ValueError) as error:
        sentence = _wrong(error, url)
        if sentence:
            raise StoreRefused(f"{name}: {sentence.format(name=name)}") from None
        raise StoreUnavailable(_away(error)) from None


def _wrong(error: Exception, url: str) -> str | None:
    text = str(error)
    for part, sentence in ANSWERS.items():
        if part in text:
            return sentence
    if isinstance(error, redis.exceptions.InvalidResponse | ValueError):
        return STRANGER
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return CERTIFICATE
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return None
    return _by_trying(url)


def _by_trying(url: str) -> str | None:
    """TLS to a plain port is never answered, since a plain server waits for the line to end; the reverse is cut off."""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss"):
        return None
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout=1) as line:
            if parts.scheme == "rediss":
                return PLAIN if _speaks_plainly(line) else None
            return ENCRYPTED if _speaks_tls(line) else None
    except OSError:
        return None


def _speaks_plainly(line: socket.socket) -> bool:
    line.sendall(b"PING\r\n")
    return line.recv(1) in (b"+", b"-", b"H", b"<")


def _speaks_tls(line: socket.socket) -> bool:
    context = ssl.create_default_context()
    # Whose certificate it is does not matter here: nothing is sent.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(line):
        return True


def _away(error: Exception) -> str:
    """Why it cannot be used yet, without the address: that may hold a password."""
    text = str(error)
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return "the store is loading its data"
    if "Name or service not known" in text or "name resolution" in text or "nodename nor servname" in text:
        return "the name of the store's host is not known"
    if "refused" in text:
        return "nothing listens at the store's address"
    return "the store does not answer"
