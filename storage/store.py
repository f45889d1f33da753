"""All access to the store: one connection for each thread, functions called by name, one kind of error."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any, cast

import redis

from storage import compact_json, keys, library
from storage.servers import Servers, connect, find_servers

__all__ = ["FunctionsForbidden", "Store", "StoreUnavailable", "connect"]

log = logging.getLogger("maskline.store")

#: How the errors of a server begin that refuses writes for some time: full disk, no replica, no primary.
NOT_NOW = ("MISCONF", "NOREPLICAS", "MASTERDOWN")
#: What a Cluster tells a function that uses a key of a slot whose keys are moved one by one.
HALF_MOVED = "non local key"


class StoreUnavailable(Exception):
    """The store did not answer, is full, or refuses writes. The call may be repeated."""


class FunctionsForbidden(StoreUnavailable):
    """The store does not have our functions, and this user may not load them."""


def why_unavailable(error: redis.RedisError) -> str | None:
    """For StoreUnavailable; None if it is an error of ours."""
    if isinstance(error, (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)):
        return "the store does not answer"
    if isinstance(error, redis.exceptions.OutOfMemoryError):
        return "the store is full"
    return why_refused(error)


def why_refused(error: redis.RedisError) -> str | None:
    """Why the store refuses for some time: the same address may lead to another server by then. None if it does not."""
    if isinstance(error, redis.exceptions.ReadOnlyError) or _begins(error, *NOT_NOW):
        return "the store refuses writes"
    if isinstance(error, redis.exceptions.ClusterError):
        return "the Cluster does not serve this key now"
    # A function that meets a key which has moved: it has not written yet.
    if isinstance(error, redis.exceptions.AskError | redis.exceptions.TryAgainError) or HALF_MOVED in str(error):
        return "the keys of a slot are being moved to another node"
    return None


def is_unknown_function(error: redis.RedisError) -> bool:
    return _begins(error, "Function not found")


def _begins(error: redis.RedisError, *texts: str) -> bool:
    return isinstance(error, redis.exceptions.ResponseError) and str(error).startswith(texts)


@cache
def _sha(name: str) -> str:
    return hashlib.sha1(library.script(name).encode(), usedforsecurity=False).hexdigest()


class Store:
    """`clock`: for tests only, gives the time in ms; without it the store's clock is used.

    `functions`: our functions are a library in the store. If False, each is sent as a script (EVALSHA, else EVAL).
    `replicas`: so many must have what a function changed; else it fails, and may be repeated.
    """

    def __init__(
        self, url: str, clock: Callable[[], int] | None = None, *, functions: bool = True, replicas: int = 0
    ) -> None:
        self.url = url
        self.clock = clock
        self.functions = functions
        self.replicas = replicas
        self._servers: Servers | None = None

    @property
    def servers(self) -> Servers:
        """Found at first use: `url` may name a single server or any node of a Cluster."""
        if self._servers is None:
            self._servers = find_servers(self.url, self.replicas)
        return self._servers

    @property
    def client(self) -> redis.Redis:
        """For plain commands. In a Cluster, a command without a key goes to one node or to all, as redis-py has it."""
        return self.servers.client()

    def disconnect(self) -> None:
        """Before a fork: two processes on one connection would get each other's answers. It is opened again."""
        self.servers.disconnect()

    def pipeline(self, key: str, *, transaction: bool = True) -> Any:
        """Commands for the server with `key`, which has the other keys too. To be executed within `guard`.

        redis-py's own for a Cluster leaves replies of a transaction unparsed, and asks a node that hangs once more for
        each command.
        """
        return self.servers.holding(key).pipeline(transaction=transaction)

    def run(self, script: str, tag_key: str, args: dict[str, Any]) -> Any:
        """Calls a function of the store and returns its JSON. It is called again if the connection was lost.

        Raises StoreUnavailable.
        """
        text = self.arguments(args)
        return compact_json.loads(self.guard(lambda: self._evaluate(script, tag_key, text)))

    def command(self, words: Sequence[str | int]) -> Any:
        """Runs a command that may be repeated. Raises StoreUnavailable."""
        return self.guard(lambda: self.client.execute_command(*words))  # type: ignore[no-untyped-call]

    def arguments(self, args: dict[str, Any]) -> str:
        """The argument of one call: JSON of `args` and `random` (32 hex digits). A repeated call has the same."""
        whole = {**args, "random": secrets.token_hex(16)}
        if self.clock is not None:
            whole["now"] = self.clock()
        return compact_json.dumps(whole)

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        call = ("FCALL", library.registered(script)) if self.functions else ("EVALSHA", _sha(script))
        try:
            return cast(bytes, self.servers.call(tag_key, *call, 1, tag_key, text))
        except redis.exceptions.NoScriptError:
            return cast(bytes, self.servers.call(tag_key, "EVAL", library.script(script), 1, tag_key, text))
        except redis.exceptions.ResponseError as error:
            if not is_unknown_function(error):
                raise
        _load(self.servers.holding(tag_key))
        return cast(bytes, self.servers.call(tag_key, *call, 1, tag_key, text))

    def load(self) -> bool:
        """Loads the library of our functions into each primary; replicas get it from them.

        False if all have it already. A primary that is away gets it at the first call. Raises FunctionsForbidden.
        """
        loaded, away = [], None
        for server in self.servers.primaries():
            try:
                loaded.append(_load(server.client))
            except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
                away = error
        if away and not loaded:
            raise away
        return any(loaded)

    def guard(self, act: Callable[[], Any]) -> Any:
        """Runs commands that may be repeated. Raises StoreUnavailable if the store fails."""
        try:
            try:
                return act()
            except redis.exceptions.TimeoutError:
                raise
            except redis.exceptions.ConnectionError:
                return act()
            except redis.exceptions.MovedError:
                self.servers.look_again()
                return act()
        except redis.exceptions.SlotNotCoveredError as error:
            raise StoreUnavailable("no node of the Cluster has this key") from error
        except redis.exceptions.RedisClusterException as error:
            self.servers.start_again()
            raise StoreUnavailable("no node of the Cluster answers") from error
        except redis.exceptions.RedisError as error:
            why = why_unavailable(error)
            if why is None:
                raise
            if why_refused(error):
                self.servers.look_again()
            raise StoreUnavailable(why) from error

    def read_each(self, service_sids: Iterable[str], *questions: Callable[[Any, str], object]) -> dict[str, list[Any]]:
        """Service SID -> the answers. Each of `questions` adds one command about a Service to a pipeline.

        Services of a server that is away are left out. Raises StoreUnavailable if all are.
        """
        found: dict[str, list[Any]] = {}
        away: StoreUnavailable | None = None
        by_key = {keys.service("service", sid): sid for sid in service_sids}
        for group in self.guard(lambda: self.servers.together(by_key)):
            sids = [by_key[key] for key in group]
            try:
                answers = iter(self.guard(partial(self._ask, group[0], sids, questions)))
            except StoreUnavailable as error:
                away = error
                continue
            found |= {sid: [next(answers) for _ in questions] for sid in sids}
        if away:
            self.guard(self.servers.look_again)
        if away and not found:
            raise away
        if away:
            log.warning("%d Services are left out: %s", len(by_key) - len(found), away)
        return found

    def _ask(self, key: str, sids: list[str], questions: Iterable[Callable[[Any, str], object]]) -> list[Any]:
        """Of the server with `key`, which has these Services."""
        with self.pipeline(key, transaction=False) as line:
            for sid in sids:
                for question in questions:
                    question(line, sid)
            return list(line.execute())

    def services_with(self, service_sids: Iterable[str], *names: str) -> list[str]:
        """Those of the Services that have at least one of the keys `names`."""
        found = self.read_each(
            service_sids, lambda line, sid: line.exists(*(keys.service(name, sid) for name in names))
        )
        return [sid for sid, (there,) in found.items() if there]

    def every_key(self, count: int) -> Iterator[bytes]:
        """All keys of all servers. Raises StoreUnavailable at the end if keys have moved, for some may be missing."""
        before = self.guard(lambda: self.servers.layout())
        yield from self.client.scan_iter(count=count)
        if not before or self.guard(lambda: self.servers.layout()) != before:
            raise StoreUnavailable("slots of the Cluster are moving, so keys may have been missed. Repeat it later")

    def infos(self, section: str) -> list[dict[str, Any]]:
        """INFO of each primary that answers. Raises StoreUnavailable if none does."""
        found: list[dict[str, Any]] = []
        away: StoreUnavailable | None = None
        for server in self.guard(lambda: self.servers.primaries()):
            try:
                found.append(self.guard(partial(server.client.info, section)))
            except StoreUnavailable as error:
                away = error
        if away and not found:
            raise away
        return found

    def ping(self) -> None:
        """Raises StoreUnavailable if no primary answers: one that is lost must not end processes that serve others."""
        self.guard(lambda: self.servers.ping())

    def now_ms(self) -> int:
        """The clock of the server with the installation's keys: the clocks of two machines differ."""
        seconds, micros = self.guard(lambda: self.servers.holding(keys.RING).time())
        return int(seconds) * 1000 + int(micros) // 1000

    def service(self, script: str, service_sid: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.service("service", service_sid), args)

    def ring(self, script: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.ring("files"), args)

    def account(self, script: str, account_sid: str, args: dict[str, Any]) -> Any:
        return self.run(script, keys.account("account", account_sid), args)


def _load(server: redis.Redis) -> bool:
    try:
        server.function_load(library.text())
    except redis.exceptions.ReadOnlyError:
        raise
    except redis.exceptions.ResponseError as error:
        if "already exists" in str(error) or _has_library(server):
            return False
        raise FunctionsForbidden("the store forbids FUNCTION LOAD") from error
    return True


def _has_library(server: redis.Redis) -> bool:
    """FCALL_RO runs nothing here: its error for a function that may write differs from that for an unknown one."""
    try:
        server.fcall_ro(library.registered("accept"), 0)
    except redis.exceptions.ResponseError as error:
        return "write flag" in str(error)
    return True
