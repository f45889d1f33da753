"""The one door to the store: a connection per thread, scripts by name, errors of one kind."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from storage import keys, library

#: A dead store must cost a webhook less than 1.5 s (reliability: the carrier retries meanwhile).
SOCKET_TIMEOUT_SECONDS = 1.0

#: How errors begin by which a server refuses writes for a while: a full disk, no replica, no master.
NOT_NOW = ("MISCONF", "NOREPLICAS", "MASTERDOWN")


class StoreUnavailable(Exception):
    """The store did not answer, or is full. A script that was cut off so may be repeated."""


class FunctionsForbidden(StoreUnavailable):
    """The store has not got our functions, and this user may not load them."""


def connect(url: str, timeout: float | None = SOCKET_TIMEOUT_SECONDS) -> redis.Redis:
    """A pooled client that never repeats a command by itself: redis-py's default would run one up to eleven times."""
    return redis.Redis.from_url(
        url, protocol=2, socket_timeout=timeout, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0)
    )


#: json.dumps would build one for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


@cache
def _sha(name: str) -> str:
    return hashlib.sha1(library.script(name).encode(), usedforsecurity=False).hexdigest()


class Store:
    """`clock` gives the time in ms in tests alone; otherwise the store's own clock decides.

    `functions`: the store keeps our functions as a library; if not, it is sent the text of each and may forget it.
    """

    def __init__(self, url: str, clock: Callable[[], int] | None = None, *, functions: bool = True) -> None:
        self.url = url
        self.clock = clock
        self.functions = functions
        self._local = threading.local()

    @property
    def client(self) -> redis.Redis:
        """This thread's own connection: half the cost of taking one from a pool for each command."""
        found: redis.Redis | None = getattr(self._local, "client", None)
        if found is None:
            found = connect(self.url).client()  # type: ignore[no-untyped-call]
            self._local.client = found
        return found

    def run(self, script: str, tag_key: str, args: dict[str, Any]) -> Any:
        """Runs a script and returns its JSON. Scripts may be repeated: a lost connection is tried once more."""
        text = self.arguments(args)
        return json.loads(self.guard(lambda: self._evaluate(script, tag_key, text)))

    def arguments(self, args: dict[str, Any]) -> str:
        """ARGV 1 of one call: JSON of `args` and `random`, 32 digits that a repetition of this call has too."""
        whole = {**args, "random": secrets.token_hex(16)}
        if self.clock is not None:
            whole["now"] = self.clock()
        return _encode(whole)

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        """Straight over the connection: the client's own way there costs as much again as the trip."""
        line = cast(redis.Connection, self.client.connection)
        call = ("FCALL", library.registered(script)) if self.functions else ("EVALSHA", _sha(script))
        try:
            line.send_command(*call, 1, tag_key, text)  # type: ignore[no-untyped-call]
            return cast(bytes, line.read_response())
        except redis.exceptions.NoScriptError:
            return cast(bytes, self.client.eval(library.script(script), 1, tag_key, text))
        except redis.exceptions.ResponseError as error:
            if not str(error).startswith("Function not found"):
                raise
        self.load()
        return cast(bytes, self.client.fcall(call[1], 1, tag_key, text))

    def load(self) -> bool:
        """Gives the store the library of our functions; False if it has it. Raises FunctionsForbidden."""
        try:
            self.client.function_load(library.text())
        except redis.exceptions.ReadOnlyError:
            raise
        except redis.exceptions.ResponseError as error:
            if "already exists" in str(error) or self._has_library():
                return False
            raise FunctionsForbidden("the store forbids FUNCTION LOAD") from error
        return True

    def _has_library(self) -> bool:
        """FCALL_RO runs nothing: it refuses what may write, by another error than what it does not know."""
        try:
            self.client.fcall_ro(library.registered("accept"), 0)
        except redis.exceptions.ResponseError as error:
            return "write flag" in str(error)
        return True

    def guard(self, act: Callable[[], Any]) -> Any:
        """Runs commands that may be repeated; the store's failures come out as StoreUnavailable."""
        try:
            try:
                return act()
            except redis.exceptions.TimeoutError:
                raise
            except redis.exceptions.ConnectionError:
                return act()
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
            raise StoreUnavailable("the store does not answer") from error
        except redis.exceptions.OutOfMemoryError as error:
            raise StoreUnavailable("the store is full") from error
        except redis.exceptions.ResponseError as error:
            if isinstance(error, redis.exceptions.ReadOnlyError) or str(error).startswith(NOT_NOW):
                # After a failover the same address may lead to another server.
                self.client.connection_pool.disconnect()
                raise StoreUnavailable("the store refuses writes") from error
            raise

    def having(self, service_sids: Iterable[str], *names: str) -> list[str]:
        """Of these Services those that have one of the keys."""
        sids = list(service_sids)

        def ask() -> list[Any]:
            with self.client.pipeline(transaction=False) as line:
                for sid in sids:
                    line.exists(*(keys.service(name, sid) for name in names))
                return line.execute()

        found = self.guard(ask) if sids else []
        return [sid for sid, there in zip(sids, found, strict=True) if there]

    def service(self, script: str, service_sid: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.service("service", service_sid), args)

    def ring(self, script: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.ring("files"), args)

    def account(self, script: str, account_sid: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.account("account", account_sid), args)
