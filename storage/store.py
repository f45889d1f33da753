"""All access to the store: one connection for each thread, functions called by name, one kind of error."""

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

#: If the store does not answer, a webhook must fail within 1.5 s, so that the carrier can still retry.
SOCKET_TIMEOUT_SECONDS = 1.0

#: How the errors of a server begin that refuses writes for some time: full disk, no replica, no primary.
NOT_NOW = ("MISCONF", "NOREPLICAS", "MASTERDOWN")


class StoreUnavailable(Exception):
    """The store did not answer, is full, or refuses writes. The call may be repeated."""


class FunctionsForbidden(StoreUnavailable):
    """The store does not have our functions, and this user may not load them."""


def connect(url: str, timeout: float | None = SOCKET_TIMEOUT_SECONDS) -> redis.Redis:
    """A client that never repeats a command by itself. With its defaults redis-py may run one up to eleven times."""
    return redis.Redis.from_url(
        url, protocol=2, socket_timeout=timeout, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0)
    )


#: Made once: json.dumps makes an encoder for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


@cache
def _sha(name: str) -> str:
    return hashlib.sha1(library.script(name).encode(), usedforsecurity=False).hexdigest()


class Store:
    """`clock`: for tests only, gives the time in ms; without it the store's clock is used.

    `functions`: our functions are a library in the store. If False, each is sent as a script (EVALSHA, else EVAL).
    """

    def __init__(self, url: str, clock: Callable[[], int] | None = None, *, functions: bool = True) -> None:
        self.url = url
        self.clock = clock
        self.functions = functions
        self._local = threading.local()

    @property
    def client(self) -> redis.Redis:
        """This thread's own connection. It costs half as much as one from a pool for each command."""
        found: redis.Redis | None = getattr(self._local, "client", None)
        if found is None:
            found = connect(self.url).client()  # type: ignore[no-untyped-call]
            self._local.client = found
        return found

    def run(self, script: str, tag_key: str, args: dict[str, Any]) -> Any:
        """Calls a function of the store and returns its JSON. It is called again if the connection was lost.

        Raises StoreUnavailable.
        """
        text = self.arguments(args)
        return json.loads(self.guard(lambda: self._evaluate(script, tag_key, text)))

    def arguments(self, args: dict[str, Any]) -> str:
        """The argument of one call: JSON of `args` and `random` (32 hex digits). A repeated call has the same."""
        whole = {**args, "random": secrets.token_hex(16)}
        if self.clock is not None:
            whole["now"] = self.clock()
        return _encode(whole)

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        """Uses the connection directly: redis-py's own call takes as long again as the round trip."""
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
        """Loads the library of our functions. False if the store already has it. Raises FunctionsForbidden."""
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
        """FCALL_RO runs nothing here: its error for a function that may write differs from that for an unknown one."""
        try:
            self.client.fcall_ro(library.registered("accept"), 0)
        except redis.exceptions.ResponseError as error:
            return "write flag" in str(error)
        return True

    def guard(self, act: Callable[[], Any]) -> Any:
        """Runs commands that may be repeated. Raises StoreUnavailable if the store fails."""
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

    def services_with(self, service_sids: Iterable[str], *names: str) -> list[str]:
        """Those of the Services that have at least one of the keys `names`."""
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
