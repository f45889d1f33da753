"""What holds for every script: with a flushed cache, a lost answer, a full store, and for the keys that it leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from common.model import Service
from common.runtime import Runtime
from common.sids import new
from dev import store as embedded
from erasure.sessions import delete_session
from pool import numbers
from services import services
from sessions import expiry, interactions, participants, sessions
from storage import keys, library
from storage.short_form import unfold_event
from storage.store import Store, StoreUnavailable
from tests.sessions import service_life
from tests.sessions.real_runtime import TestClock, build, number_sid
from tests.sessions.service_life import ANN, CAT

TABLES = {"ring": keys.RING_KEYS, "AC": keys.ACCOUNT_KEYS, "KS": keys.SERVICE_KEYS}
#: Scripts that may write when repeated: they write the same state again, or take slightly more than they use.
SAY_AGAIN = {
    "put_service", "set_content_lists", "note_drift", "claim_request", "take_tokens", "count_login_failure",
}  # fmt: skip
#: Scripts whose repeated answer may differ, as it says that nothing is left to do.
NOTHING_LEFT = {
    "sweep", "delete_session", "delete_interaction", "drain_number", "finish_number", "purge_service",
    "claim_deliveries", "settle_delivery", "spool_deliveries", "forget_deliveries", "redeliver", "announce_expiring",
    "claim_outgoing", "settle_outgoing", "release_outgoing", "put_optouts", "claim_watched", "late_window", "note_late",
    "put_block", "claim_redactions", "settle_redaction", "claim_attachments", "settle_attachment",
    "release_job", "release_number", "forget_account",
}  # fmt: skip


class Flushing(Store):
    """A store whose cache of scripts is flushed before every call."""

    ran: set[str]

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        self.ran.add(script)
        self.client.function_flush()
        self.client.script_flush()
        return super()._evaluate(script, tag_key, text)


class Repeating(Store):
    """Runs every script again, 5 ms later, and records which scripts changed the store or answered differently."""

    changed: set[str]
    answered: set[str]

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        answer, before = super()._evaluate(script, tag_key, text), dump(self)
        args = json.loads(text)
        again = super()._evaluate(script, tag_key, json.dumps({**args, "now": args["now"] + 5}))
        if dump(self) != before:
            self.changed.add(script)
        if json.loads(again) != json.loads(answer):
            self.answered.add(script)
        return answer


class Losing(Store):
    """Loses the answer to the named script once, after the store has acted on it."""

    lost = ""

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        answer = super()._evaluate(script, tag_key, text)
        if script == self.lost:
            self.lost = ""
            raise redis.exceptions.ConnectionError("the answer was lost")
        return answer


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store for this module only, as tests limit its memory, flush its cache and check all of its keys."""
    server = embedded.start(tmp_path_factory.mktemp("scripts"), port=embedded.free_port(0))
    yield server.url
    server.stop()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def rt(url: str, clock: TestClock) -> Runtime:
    build(url).store.client.flushall()
    return build(url, clock)


def dump(store: Store) -> dict[str, Any]:
    """Every key with its value."""
    client: Any = store.client
    read = {
        "string": client.get, "hash": client.hgetall, "set": client.smembers, "stream": client.xrange,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
    }  # fmt: skip
    return {key.decode(): read[client.type(key).decode()](key) for key in client.scan_iter()}


@pytest.mark.parametrize("functions", [True, False], ids=["by name", "as text"])
def test_every_script_survives_a_flushed_cache(rt: Runtime, url: str, clock: TestClock, functions: bool) -> None:
    store = rt.store = Flushing(url, clock, functions=functions)
    store.ran = set()
    service = service_life.create(rt)
    service_life.run_scripts(rt, service, clock)
    service_life.delete(rt, service)
    assert store.ran == set(library.functions())


# Slow: runs each script twice, and compares the whole store.
@pytest.mark.slow
def test_a_repeated_script_changes_nothing(rt: Runtime, url: str, clock: TestClock) -> None:
    store = rt.store = Repeating(url, clock)
    store.changed, store.answered = set(), set()
    service = service_life.create(rt)
    service_life.run_scripts(rt, service, clock)
    service_life.delete(rt, service)
    assert store.changed <= SAY_AGAIN
    assert store.answered <= SAY_AGAIN | NOTHING_LEFT


@pytest.fixture
def losing(rt: Runtime, url: str, clock: TestClock) -> Losing:
    store = rt.store = Losing(url, clock)
    return store


def lose(rt: Runtime, script: str, act: Callable[[], Any]) -> Any:
    assert isinstance(rt.store, Losing)
    rt.store.lost = script
    answer = act()
    assert not rt.store.lost, f"{script} was not run"
    return answer


def kinds(rt: Runtime, service: Service) -> list[str]:
    client: Any = rt.store.client
    return [unfold_event(fields)[b"t"].decode() for _, fields in client.xrange(keys.events(service.sid))]


def test_a_lost_answer_is_made_good(rt: Runtime, losing: Losing) -> None:
    service = service_life.create(rt)
    opened = lose(rt, "open_session", lambda: service_life.open_session(rt, service, unique_name="a ride"))
    assert [one.sid for one in sessions.list_sessions(rt, service, None, 10).items] == [opened.sid]
    ann, ben = opened.participants
    text = lose(rt, "accept", lambda: service_life.relay_text(rt, service, ann.proxy_identifier, sid="SM" + "a" * 32))
    assert text == service_life.relay_text(rt, service, ann.proxy_identifier, sid="SM" + "a" * 32)
    assert len(interactions.list_interactions(rt, service, "a ride", None, 10).items) == 1
    lose(rt, "remove_participant", lambda: participants.remove_participant(rt, service, "a ride", ann.sid))
    cat = lose(rt, "add_participant", lambda: participants.add_participant(rt, service, "a ride", {"identifier": CAT}))
    there = [one.sid for one in sessions.get_session(rt, service, "a ride").participants if not one.deleted_ms]
    assert there == [ben.sid, cat.sid]
    closed = lose(rt, "update_session", lambda: sessions.update_session(rt, service, "a ride", {"status": "closed"}))
    assert closed.status == "closed"
    assert kinds(rt, service)[1 + len(service_life.POOL) :] == [
        "session.opened", "interaction.created", "participant.removed", "participant.joined", "session.closed",
    ]  # fmt: skip


LIMITS = {"full": ("maxmemory", "1", "0"), "without-replicas": ("min-replicas-to-write", "1", "0")}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_store_that_refuses_to_write_is_left_as_it_was(rt: Runtime, clock: TestClock, limit: str) -> None:
    service = service_life.create(rt)
    opened = service_life.open_session(rt, service, ttl=60)
    ann = opened.participants[0]
    number, pair = ann.proxy_identifier, [{"identifier": ANN}, {"identifier": CAT}]
    clock.now += 61_000
    name, value, usual = LIMITS[limit]
    before, client = dump(rt.store), rt.store.client
    client.config_set(name, value)
    try:
        growing: list[Callable[[], object]] = [
            lambda: sessions.open_session(rt, service, {}, pair),
            lambda: participants.add_participant(rt, service, opened.sid, {"identifier": CAT}),
            lambda: service_life.relay_text(rt, service, number),
            lambda: services.update_service(rt, service, {"default_ttl": 5}),
        ]
        freeing: list[Callable[[], object]] = [
            lambda: participants.remove_participant(rt, service, opened.sid, ann.sid),
            lambda: expiry.sweep_service(rt, service.sid),
            lambda: numbers.remove_number(rt, service, number_sid(number)),
            lambda: delete_session(rt, service, opened.sid),
        ]
        for act in growing if limit == "full" else growing + freeing:
            with pytest.raises(StoreUnavailable):
                act()
        assert dump(rt.store) == before
        # In a full store, what frees memory still works: otherwise it would stay full.
        for act in freeing if limit == "full" else []:
            act()
    finally:
        client.config_set(name, usual)
    sessions.open_session(rt, service, {}, pair)


def entry(key: str) -> tuple[str, keys.Key]:
    """The name and the line in the table of keys that this key matches."""
    found = re.fullmatch(r"\{(ring|(AC|KS)[0-9a-f]{32})\}:(.+)", key)
    assert found, f"no tag: {key}"
    for name, line in TABLES[found[2] or found[1]].items():
        if re.fullmatch(re.escape(line.pattern).replace("%s", ".+"), found[3]):
            return name, line
    raise AssertionError(f"not in the table of keys: {key}")


def looked_at(rt: Runtime) -> set[str]:
    """Checks that each key in the store has the type and the lifetime from the table. Returns the keys' names."""
    client, found = rt.store.client, set()
    for key in dump(rt.store):
        name, line = entry(key)
        kind: Any = client.type(key)
        assert kind.decode() == line.type, key
        limited = re.match(
            r"\d+ days|twice the replay window|until full|seconds|minutes|a minute|24 hours|an hour", line.life
        )
        assert (client.pttl(key) != -1) == bool(limited), f"{key}: {line.life}"
        found.add(name)
    return found


def test_every_key_is_in_the_table(rt: Runtime, clock: TestClock) -> None:
    service = service_life.create(rt)
    service_life.run_scripts(rt, service, clock)
    rt.store.run("claim_service", keys.account("account", service.account_sid), {
        "service": new("KS"), "name_hash": new("cut off "), "at": clock.now, "create": True, "most": 0,
    })  # fmt: skip
    assert looked_at(rt) >= set(keys.SERVICE_KEYS) | {"services", "service_names", "claims", "keyring"}
    service_life.delete(rt, service)
    # Only keys for draining, for repeated webhooks, and keys that expire by themselves may be left.
    left = {name for key in dump(rt.store) for name, line in [entry(key)] if line in keys.SERVICE_KEYS.values()}
    # Other jobs delete the deliveries to apps and the list of messages that the carrier must still redact.
    told = {"delivery", "deliveries", "delivery_ends", "lane", "lanes", "redactions", "redacting"}
    assert left <= {"clock", "events", "seen", "pace", "recent", "rate", "told", *told}
