"""Runs a whole scenario, then searches all stored and sent data for canary numbers and words. None may be found."""

from __future__ import annotations

import json
import logging
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree

import pytest
from redis import Redis

from common.queue_name import QueueName
from dev import store as embedded
from jobs import clock, recurring
from jobs.queues import open_queue
from jobs.worker import worker
from record.migrate import upgrade
from storage import keys
from storage.store import connect
from tests.privacy import at_rest
from tests.privacy.pictures import pictures
from tests.privacy.scenario import MISPLACED, NEVER, NUMBERS, STEPS, WORDS, Scenario, defects
from tests.privacy.spellings import Search
from tests.privacy.telephone import App, calls, customers_app, listen, questions
from tests.privacy.witness import Exchange, Log, Monitor, Tap, logging_at_debug, unplaced
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

#: Number of tries, a tenth of a second apart.
PATIENCE = 300
people, everything = Search(NUMBERS), Search(NUMBERS, WORDS)
placed = Search([number for number in NUMBERS if number != MISPLACED], WORDS)


@dataclass
class Evidence:
    folder: Path
    database: Path
    client: Redis
    play: Scenario
    log: Log
    ours: Tap
    asked: Tap
    monitor: bytes
    app: App


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    """Runs the scenario with its own store, so that the store's files hold only this scenario."""
    folder, database = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("record") / "record.sqlite3"
    server = embedded.start(folder, port=embedded.free_port(0))
    client = connect(server.url)
    at_rest.prepare(client)
    monitor = Monitor(server.url)
    with pytest.MonkeyPatch.context() as patch, logging_at_debug() as log, customers_app() as app:
        now = Clock(int(time.time() * 1000))
        stack = Stack(server.url, clock=now, DATABASE_URL=f"sqlite:///{database}")
        log.skipped_port = int(stack.url.rpartition(":")[2])
        ours, asked = tap(stack)
        play = Scenario(WebhookHarness(stack, now, numbers=3))
        listen(play, app)
        for step in STEPS:
            step(play)
        calls(play, app)
        questions(play, app)
        pictures(play)
        defects(play, patch)
        work(stack, client, patch)
        yield Evidence(folder, database, client, play, log, ours, asked, monitor.end(client), app)
        stack.stop()
    server.stop()


def tap(stack: Stack) -> tuple[Tap, Tap]:
    ours, asked = Tap(stack._server.app), Tap(stack.carrier._server.app)
    stack._server.app, stack.carrier._server.app = ours, asked
    return ours, asked


def work(stack: Stack, client: Any, patch: pytest.MonkeyPatch) -> None:
    """Runs every job through the queue twice: once with internal errors, once without."""
    upgrade(stack.environment["DATABASE_URL"])
    for name, value in stack.environment.items():
        patch.setenv(name, value)
    recurring.runtime.cache_clear()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(recurring, "sweep_service", raising(NEVER))
        broken.setattr(recurring, "drain_service", raising(NEVER))
        broken.setattr(recurring, "check_drift", raising(NEVER))
        broken.setattr(recurring, "_accounts", raising(NEVER))
        burst(stack, client)
    client.delete(*client.keys("rq:job:*"))
    burst(stack, client)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    told_all(client)
    recurring.runtime().part(recurring.engine).dispose()
    recurring.runtime.cache_clear()


def told_all(client: Any) -> None:
    """Waits until all deliveries are done. They continue after the job; then the set of lanes is empty."""
    sid, empty = client.hkeys(keys.installation_services())[0].decode(), 0
    for _ in range(PATIENCE):
        recurring.deliver()
        lanes = [keys.service("lanes", sid, kind) for kind in ("callback", "event")]
        empty = 0 if client.exists(*lanes) else empty + 1
        if empty == 2:
            return
        time.sleep(0.1)
    raise AssertionError("the app was not told everything")


def raising(text: str) -> Callable[..., Any]:
    def fail(*args: Any) -> Any:
        raise RuntimeError(f"about {text}", args)

    return fail


def burst(stack: Stack, client: Any) -> None:
    for act, plan in recurring.EVERY.items():
        assert clock.enqueue(open_queue(client, plan.queue), f"{act.__module__}.{act.__name__}", 3600)
    for name in QueueName:
        worker(stack.runtime.settings.queue_url, name).work(burst=True, logging_level="DEBUG")


# --- at rest ---------------------------------------------------------------------------------------------------------


def test_the_store(evidence: Evidence) -> None:
    found = at_rest.store(evidence.client)
    assert {key.split(" ")[1].split(":")[0] for key in found} >= {"rq", "{ring}"}
    assert any(":interaction:" in key for key in found) and any(":past:" in key for key in found)
    assert any(key.startswith("key rq:job:") for key in found)
    assert everything.all(found) == []


def test_the_stores_files(evidence: Evidence) -> None:
    found = at_rest.files(evidence.folder)
    assert sum(len(data) for name, data in found.items() if name.endswith(".aof")) > 50_000
    assert everything.all(found) == []


def test_what_the_store_was_told(evidence: Evidence) -> None:
    """Includes the arguments of scripts, which a slow log or a managed store's monitoring would show.

    If an app sends a number as the name of a Session, the store gets it in a lookup by name, but never keeps it.
    """
    assert evidence.monitor.count(b"FCALL") > 50
    assert placed.all({"monitor": evidence.monitor, **at_rest.store_logs(evidence.client)}) == []


def test_the_database(evidence: Evidence) -> None:
    found = at_rest.database(evidence.database)
    assert found["rows"].count(b"interaction.created") > 5
    assert everything.all(found) == []


# --- out -------------------------------------------------------------------------------------------------------------


def test_the_log(evidence: Evidence) -> None:
    assert {"maskline.failures", "proxy.api.errors", "rq.worker"} <= evidence.log.names
    assert "RuntimeError" in evidence.log.text
    assert everything.all({"log": evidence.log.text.encode()}) == []


def test_what_the_api_answers(evidence: Evidence) -> None:
    """Only the `identifier` that the app gave may hold a number; no other field and no header may."""
    answers = [one for one in evidence.ours.seen if not {"webhooks", "media"} & set(one.target.split("/"))]
    assert len(answers) > 120
    found = {f"{n} {one.headers.decode()[:30]}": one.headers + shown(one.answer) for n, one in enumerate(answers)}
    assert people.all(found) == []


def shown(answer: bytes) -> bytes:
    return json.dumps(without_identifiers(json.loads(answer)), ensure_ascii=False).encode() if answer else b""


def without_identifiers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_identifiers(each) for name, each in value.items() if name != "identifier"}
    return [without_identifiers(each) for each in value] if isinstance(value, list) else value


def test_what_the_other_side_is_told(evidence: Evidence) -> None:
    """In a Message, only `to=` may hold a number: the recipient's, or the sender's own in a reply to the sender."""
    hooks = [one for one in evidence.ours.seen if "/webhooks/" in one.target]
    assert sum(b"<Message" in one.answer for one in hooks) > 15
    left = {f"hook {n}": told(one, evidence.play) for n, one in enumerate(hooks)}
    assert people.all(left) == []


def told(one: Exchange, play: Scenario) -> bytes:
    """The answer without the parts of Message and Dial that may hold a person's number."""
    if not one.answer.startswith(b"<?xml"):
        return one.headers + one.answer
    form = {name: values[0] for name, values in parse_qs(one.body.decode()).items()}
    root = ElementTree.fromstring(one.answer)
    for number in root.iter("Number"):
        assert number.text in play.met.values()
        number.text = ""
    for dial in root.iter("Dial"):
        assert dial.get("callerId") in play.webhooks.pool
    for message in root.iter("Message"):
        to = message.attrib.pop("to")
        assert to in (form["From"], play.met.get((form["From"], form["To"])))
        if to != form["From"]:
            assert message.get("from") in play.webhooks.pool
    return one.headers + bytes(ElementTree.tostring(root, encoding="utf-8"))


def test_files(evidence: Evidence) -> None:
    """Neither the files' bytes nor the URLs at which the carrier requested them hold a number or a word."""
    given = [one for one in evidence.ours.seen if "/media/" in one.target]
    assert len([one for one in given if one.target.startswith("GET") and len(one.answer) > 50]) >= 3
    found = {f"file {n}": one.target.encode() + one.headers + one.answer for n, one in enumerate(given)}
    assert everything.all(found) == []


def test_addresses_of_ours(evidence: Evidence) -> None:
    """Web servers and proxies log paths and queries, so no URL that the carrier calls may hold a number."""
    posted = evidence.play.webhooks.sim("GET", "/requests")["requests"]
    assert len(posted) > 30
    assert people.all({f"url {n}": entry["url"].encode() for n, entry in enumerate(posted)}) == []


def test_what_the_carrier_is_asked(evidence: Evidence) -> None:
    asked = [one for one in evidence.asked.seen if not one.target.split(" ")[1].startswith("/sim")]
    assert len(asked) > 10
    found = {f"{n} {one.target}": one.target.encode() + one.request + unplaced(one) for n, one in enumerate(asked)}
    assert everything.all(found) == []


def test_what_the_app_is_told(evidence: Evidence) -> None:
    """Webhooks to the app hold no number, except in the body of the callback for an out-of-session message."""
    posted = evidence.app.posted
    kinds = {path.partition("?")[0] for path, _, _ in posted}
    assert kinds == {"/callback", "/events", "/intercept", "/stranger"}
    found = {f"{n} {path}": path.encode() + headers + body for n, (path, headers, body) in enumerate(posted)}
    assert people.all({name: told for name, told in found.items() if "/stranger" not in name}) == []
    strangers = {n: path.encode() + headers for n, (path, headers, _) in enumerate(posted) if "/stranger" in path}
    assert people.all({f"stranger {n}": told for n, told in strangers.items()}) == []
    assert not people.all({"forwarded": b"".join(body for _, _, body in posted if NEVER[1:].encode() in body)})


# --- the search itself -----------------------------------------------------------------------------------------------


def test_what_is_taken_out_of_an_answer_is_no_more_than_that(evidence: Evidence) -> None:
    answer = {"identifier": NEVER, "message": f"about {NEVER}"}
    assert people(shown(json.dumps(answer).encode())) and not people(
        shown(json.dumps({**answer, "message": ""}).encode())
    )
    (alice, number), bob = next(iter(evidence.play.met.items()))
    request = urlencode({"From": alice, "To": number}).encode()

    def left(twiml: str) -> list[str]:
        return people(told(Exchange("", b"", request, b"", f"<?xml version='1.0'?>{twiml}".encode()), evidence.play))

    assert not left(f'<Response><Message to="{bob}" from="{number}">hi</Message></Response>')
    assert left(f'<Response><Message to="{bob}" from="{number}">from {alice}</Message></Response>')
    assert left(f'<Response><Dial callerId="{number}" action="/x?{bob[1:]}"/></Response>')
    for wrong in (f'to="{NEVER}" from="{number}"', f'to="{bob}" from="{alice}"'):
        with pytest.raises(AssertionError):
            left(f"<Response><Message {wrong}>hi</Message></Response>")


def test_a_planted_canary_is_found_at_each_place(evidence: Evidence) -> None:
    """This test must be the last in this file, because it changes the evidence."""
    client, text = evidence.client, f"planted {NEVER} {WORDS[0]}"
    client.set("planted", text)
    client.hset("planted:hash", mapping={NEVER[1:]: 1})
    logging.getLogger("redis").debug("an argument: %s", text)
    with sqlite3.connect(evidence.database) as connection:
        connection.execute("CREATE TABLE planted (text)")
        connection.execute("INSERT INTO planted VALUES (?)", (text,))
    assert places(everything.all(at_rest.store(client))) == {"key planted", "key planted:hash"}
    assert places(everything.all(at_rest.files(evidence.folder)))
    assert places(everything.all(at_rest.store_logs(client))) >= {"slowlog"}
    assert "rows" in places(everything.all(at_rest.database(evidence.database)))
    assert everything(evidence.log.text.encode())


def places(findings: list[str]) -> set[str]:
    return {finding.rpartition(": ")[0] for finding in findings}
