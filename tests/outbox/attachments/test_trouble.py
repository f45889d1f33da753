"""Files that come late, slowly, too large or not at all; decoders that die; processes that are killed in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from media.fetch import Sources, sources
from media.rules import Rules, rules
from storage import keys
from tests.media.cleaning.samples import CANARY, jpeg, leaks
from tests.outbox.attachments.elsewhere import Elsewhere, Handler, elsewhere
from tests.outbox.attachments.studio import CHECK, LATE, LEASE, LOST, Studio
from tests.outbox.messages.test_doubt import dying
from tests.proxy.webhooks.faulty import carrier_with
from tests.proxy.webhooks.scene import Talk

# Slow: plays every way in which a file cannot be had, and kills processes at each step.
pytestmark = pytest.mark.slow


@pytest.fixture
def place() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


def shown(studio: Studio, talk: Talk, body: str = "look") -> None:
    """It has arrived whole, once, and nobody was told anything."""
    ((text, (file,)),) = studio.got(talk.bob)
    assert text == body and file and not leaks(file, CANARY)
    assert studio.told(talk.alice) == []


@pytest.mark.parametrize("status", [404, 429, 500, 503, 401])
def test_a_file_that_is_not_there_yet(studio: Studio, status: int) -> None:
    talk, answers = studio.open(), [status] * 3

    def plan(method: str, path: str) -> dict[str, Any] | None:
        return {"code": 20404, "status": answers.pop()} if "/Media/" in path and method == "GET" and answers else None

    with carrier_with(studio.scene.stack, plan):
        studio.snap(talk, jpeg(), body="look")
        studio.wash(1, 2)
        studio.work(1)
        assert studio.got(talk.bob) == [] and studio.states() == ["ready"]
        studio.wash(4)
    studio.deliver()
    shown(studio, talk)


def test_a_file_that_never_comes(studio: Studio) -> None:
    talk = studio.open()
    missing = {"code": 20404, "status": 404}
    with carrier_with(studio.scene.stack, lambda how, path: missing if "/Media/" in path else None):
        studio.snap(talk, jpeg(), body="look")
        studio.wash(1, 2, 4, 8, 15, 30, 30, 30)
        studio.work(1)
        assert studio.got(talk.bob) == []
        studio.wash(LATE - 120, 1)
    studio.deliver()
    studio.left_out(talk)
    studio.wash(CHECK)
    assert studio.attached() == [] and studio.left() == []


def test_what_was_had_of_several_is_not_asked_for_again(studio: Studio, place: Elsewhere) -> None:
    talk, missing = studio.open(), [404]
    place.behave = lambda handler: (missing.pop() if missing and "b" in handler.path else 200, {}, jpeg())
    studio.snap(talk, f"{place.url}/a", f"{place.url}/b", body="look")
    studio.wash(1)
    studio.deliver()
    assert [one["path"] for one in place.asked] == ["/a", "/b", "/b"]
    ((_, files),) = studio.got(talk.bob)
    assert len(files) == 2 and studio.told(talk.alice) == []


def test_nothing_overtakes_a_picture(studio: Studio, place: Elsewhere) -> None:
    talk = studio.open()
    place.behave = lambda handler: (404, {}, b"")
    studio.snap(talk, f"{place.url}/a", body="first")
    studio.wash()
    studio.work()
    assert studio.scene.text(talk.alice, talk.alices, "second").endswith("<Response/>")
    studio.send(talk, "third")
    other = studio.open()
    studio.scene.text(other.alice, other.alices, "not behind it")
    studio.work(1, 1, 1)
    assert studio.told(talk.bob) == [] and studio.told(other.bob) == ["not behind it"]
    place.behave = lambda handler: (200, {}, jpeg())
    studio.wash(5)
    studio.work(1, 1, 1, 1)
    assert studio.told(talk.bob) == ["first", "second", "third"] and studio.left() == []


def test_a_line_has_one_turn(studio: Studio) -> None:
    """Whether its files were there before the outbox looked, or after."""
    for runs in (0, 1):
        talk = studio.open()
        studio.snap(talk, jpeg(), body="look")
        for _ in range(runs):
            studio.work()
        studio.wash()
        turns: Any = studio.rt.store.client.lrange(keys.service("line", studio.scene.sid, talk.bobs), 0, -1)
        assert len(turns) == len(set(turns)) == 1
        studio.deliver()
        assert studio.got(talk.bob)[0][0] == "look" and studio.left() == []


def test_credentials_go_to_the_carrier_alone(studio: Studio, place: Elsewhere) -> None:
    talk = studio.open()
    place.behave = lambda handler: (200, {"Content-Type": "image/jpeg"}, jpeg())
    studio.snap(talk, f"{place.url}/cdn/x?Signature=1", body="look")
    studio.deliver()
    shown(studio, talk)
    (asked,) = place.asked
    assert asked["path"] == "/cdn/x?Signature=1"
    assert not {"Authorization", "Cookie", "Proxy-Authorization"} & set(asked)


def test_a_second_redirect_is_not_followed(studio: Studio, place: Elsewhere) -> None:
    talk = studio.open()
    place.behave = lambda handler: (
        (302, {"Location": f"{place.url}/b"}, b"") if "a" in handler.path else (200, {}, jpeg())
    )
    studio.snap(talk, f"{place.url}/a", body="look")
    studio.wash(LATE)
    studio.deliver()
    assert {one["path"] for one in place.asked} == {"/a"}
    studio.left_out(talk)


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:{port}/x", "https://127.0.0.1:{port}/x", "https://localhost/x", "file:///etc/passwd"]
)
def test_a_redirect_inwards_is_refused(studio: Studio, place: Elsewhere, where: str) -> None:
    """As in production, where ALLOW_PRIVATE_CALLBACKS is off."""
    studio.patch.setitem(studio.rt._parts, sources, Sources(False, studio.rt.part(rules).limits.bytes_in))
    talk = studio.open()
    studio.snap(talk, where.format(port=place.url.rpartition(":")[2]), body="look")
    studio.deliver()
    studio.left_out(talk)
    assert place.asked == []


def flood(handler: Handler) -> None:
    """Without a length, and without an end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.place.over.is_set():
        try:
            handler.wfile.write(b"x" * 100_000)
        except OSError:
            return


def trickle(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.place.over.wait(0.05):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return


def test_too_large_is_said_at_once(studio: Studio, place: Elsewhere) -> None:
    talk = studio.open()
    place.behave = flood
    studio.snap(talk, f"{place.url}/a", body="look")
    studio.deliver()
    studio.left_out(talk)
    place.behave = lambda handler: (200, {"Content-Length": "10000001"}, b"")
    other = studio.open()
    studio.snap(other, f"{place.url}/a", body="look")
    studio.deliver()
    studio.left_out(other)
    assert len(place.asked) == 2


def test_a_slow_file_holds_nobody_for_long(studio: Studio, place: Elsewhere) -> None:
    studio.patch.setitem(studio.rt._parts, rules, Rules(fetch=0.3, attempt=0.5))
    place.behave = trickle
    talk = studio.open()
    studio.snap(talk, f"{place.url}/a", f"{place.url}/b", f"{place.url}/c", body="look")
    studio.wash()
    assert len(place.asked) == 2, "one attempt has a bound over all files"
    studio.wash(LATE)
    studio.deliver()
    studio.left_out(talk)


@pytest.mark.failures
@pytest.mark.parametrize("where", ["files_claimed", "file_fetched", "file_kept", "before_files_settle"])
def test_a_death_at_each_edge(studio: Studio, where: str) -> None:
    """Once with the picture, once with the notice: neither is lost, neither comes twice."""
    talk = studio.open()
    studio.snap(talk, jpeg(), b"no file of any kind", body="look")
    dying(studio, where)
    studio.wash(1)
    assert studio.got(talk.bob) == [] and studio.told(talk.alice) == []
    studio.wash(LEASE)
    studio.deliver()
    ((body, (file,)),) = studio.got(talk.bob)
    assert body == "look" and not leaks(file, CANARY)
    assert studio.told(talk.alice) == [LOST]
    studio.wash(CHECK)
    studio.deliver()
    assert len(studio.got(talk.bob)) == 1 and studio.told(talk.alice) == [LOST]
    studio.clock.advance(3601)
    studio.snap(studio.open(), jpeg())
    studio.wash()
    assert len(studio.kept()) == 2, "what the dead left has ended"


def test_a_reply_that_is_lost(studio: Studio) -> None:
    """The store did it, and nobody heard: the script is asked again, and the files stay."""
    store, whole = studio.rt.store, studio.rt.store.run

    def twice(script: str, key: str, args: dict[str, Any]) -> Any:
        if script == "settle_attachment":
            whole(script, key, args)
        return whole(script, key, args)

    studio.patch.setattr(store, "run", twice)
    talk = studio.open()
    studio.snap(talk, jpeg(), body="look")
    studio.deliver()
    shown(studio, talk)
    assert len(talk.session.interactions.list()) == 1


def test_two_workers_at_once(studio: Studio, place: Elsewhere) -> None:
    talk, begun, go_on = studio.open(), threading.Event(), threading.Event()

    def wait(handler: Handler) -> Any:
        begun.set()
        go_on.wait(30)
        return 200, {}, jpeg()

    place.behave = wait
    studio.snap(talk, f"{place.url}/a", b"nothing", body="look")
    first = threading.Thread(target=studio.wash)
    first.start()
    assert begun.wait(30)
    studio.clock.advance(LEASE)
    go_on.set()
    studio.wash()
    first.join(30)
    studio.deliver()
    assert [len(files) for _, files in studio.got(talk.bob)] == [1]
    assert studio.told(talk.alice) == [LOST]
    studio.wash(CHECK)
    assert studio.kept() == {}


def test_a_webhook_that_comes_twice(studio: Studio) -> None:
    talk = studio.open()
    studio.scene.sim("POST", "/faults", webhook_copies=3)
    studio.snap(talk, jpeg(), b"nothing", body="look")
    studio.deliver()
    assert [len(files) for _, files in studio.got(talk.bob)] == [1]
    assert studio.told(talk.alice) == [LOST]
