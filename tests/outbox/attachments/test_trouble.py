"""Files that come late, slowly, too large or not at all; decoders that die; processes that are killed at each step."""

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
from tests.outbox.attachments.harness import CHECK, LATE, LEASE, LOST, AttachmentsHarness
from tests.outbox.messages.test_doubt import dying
from tests.support.faulty_carrier import carrier_with
from tests.support.webhooks import Conversation

# Slow: plays every way in which fetching a file can fail, and kills processes at each step.
pytestmark = pytest.mark.slow


@pytest.fixture
def place() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


def shown(harness: AttachmentsHarness, conversation: Conversation, body: str = "look") -> None:
    """Asserts that the message arrived once, with its file, and that the sender got no notice."""
    ((text, (file,)),) = harness.received(conversation.bob)
    assert text == body and file and not leaks(file, CANARY)
    assert harness.outbox.received(conversation.alice) == []


@pytest.mark.parametrize("status", [404, 429, 500, 503, 401])
def test_a_file_that_is_not_there_yet(harness: AttachmentsHarness, status: int) -> None:
    conversation, answers = harness.outbox.open(), [status] * 3

    def plan(method: str, path: str) -> dict[str, Any] | None:
        return {"code": 20404, "status": answers.pop()} if "/Media/" in path and method == "GET" and answers else None

    with carrier_with(harness.webhooks.stack, plan):
        harness.send_files(conversation, jpeg(), body="look")
        harness.run_job(1, 2)
        harness.outbox.run_job(1)
        assert harness.received(conversation.bob) == [] and harness.outbox.states() == ["ready"]
        harness.run_job(4)
    harness.run_all_jobs()
    shown(harness, conversation)


def test_a_file_that_never_comes(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    missing = {"code": 20404, "status": 404}
    with carrier_with(harness.webhooks.stack, lambda how, path: missing if "/Media/" in path else None):
        harness.send_files(conversation, jpeg(), body="look")
        harness.run_job(1, 2, 4, 8, 15, 30, 30, 30)
        harness.outbox.run_job(1)
        assert harness.received(conversation.bob) == []
        harness.run_job(LATE - 120, 1)
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)
    harness.run_job(CHECK)
    assert harness.waiting() == [] and harness.outbox.keys_left() == []


def test_what_was_had_of_several_is_not_asked_for_again(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation, missing = harness.outbox.open(), [404]
    place.behave = lambda handler: (missing.pop() if missing and "b" in handler.path else 200, {}, jpeg())
    harness.send_files(conversation, f"{place.url}/a", f"{place.url}/b", body="look")
    harness.run_job(1)
    harness.run_all_jobs()
    assert [one["path"] for one in place.asked] == ["/a", "/b", "/b"]
    ((_, files),) = harness.received(conversation.bob)
    assert len(files) == 2 and harness.outbox.received(conversation.alice) == []


def test_nothing_overtakes_a_picture(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation = harness.outbox.open()
    place.behave = lambda handler: (404, {}, b"")
    harness.send_files(conversation, f"{place.url}/a", body="first")
    harness.run_job()
    harness.outbox.run_job()
    assert harness.webhooks.text(conversation.alice, conversation.alices, "second").endswith("<Response/>")
    harness.outbox.send(conversation, "third")
    other = harness.outbox.open()
    harness.webhooks.text(other.alice, other.alices, "not behind it")
    harness.outbox.run_job(1, 1, 1)
    assert harness.outbox.received(conversation.bob) == [] and harness.outbox.received(other.bob) == ["not behind it"]
    place.behave = lambda handler: (200, {}, jpeg())
    harness.run_job(5)
    harness.outbox.run_job(1, 1, 1, 1)
    assert (
        harness.outbox.received(conversation.bob) == ["first", "second", "third"] and harness.outbox.keys_left() == []
    )


def test_a_line_has_one_turn(harness: AttachmentsHarness) -> None:
    """A message is in its line once, whether its files are ready before the outbox looks or after."""
    for runs in (0, 1):
        conversation = harness.outbox.open()
        harness.send_files(conversation, jpeg(), body="look")
        for _ in range(runs):
            harness.outbox.run_job()
        harness.run_job()
        turns: Any = harness.rt.store.client.lrange(
            keys.service("line", harness.webhooks.sid, conversation.bobs), 0, -1
        )
        assert len(turns) == len(set(turns)) == 1
        harness.run_all_jobs()
        assert harness.received(conversation.bob)[0][0] == "look" and harness.outbox.keys_left() == []


def test_credentials_go_to_the_carrier_alone(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation = harness.outbox.open()
    place.behave = lambda handler: (200, {"Content-Type": "image/jpeg"}, jpeg())
    harness.send_files(conversation, f"{place.url}/cdn/x?Signature=1", body="look")
    harness.run_all_jobs()
    shown(harness, conversation)
    (asked,) = place.asked
    assert asked["path"] == "/cdn/x?Signature=1"
    assert not {"Authorization", "Cookie", "Proxy-Authorization"} & set(asked)


def test_a_second_redirect_is_not_followed(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation = harness.outbox.open()
    place.behave = lambda handler: (
        (302, {"Location": f"{place.url}/b"}, b"") if "a" in handler.path else (200, {}, jpeg())
    )
    harness.send_files(conversation, f"{place.url}/a", body="look")
    harness.run_job(LATE)
    harness.run_all_jobs()
    assert {one["path"] for one in place.asked} == {"/a"}
    harness.assert_files_lost(conversation)


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:{port}/x", "https://127.0.0.1:{port}/x", "https://localhost/x", "file:///etc/passwd"]
)
def test_a_redirect_inwards_is_refused(harness: AttachmentsHarness, place: Elsewhere, where: str) -> None:
    """As in production, where ALLOW_PRIVATE_CALLBACKS is off."""
    harness.patch.setitem(harness.rt._parts, sources, Sources(False, harness.rt.part(rules).limits.bytes_in))
    conversation = harness.outbox.open()
    harness.send_files(conversation, where.format(port=place.url.rpartition(":")[2]), body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)
    assert place.asked == []


def flood(handler: Handler) -> None:
    """Sends a body that has no Content-Length and never ends."""
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


def test_too_large_is_said_at_once(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation = harness.outbox.open()
    place.behave = flood
    harness.send_files(conversation, f"{place.url}/a", body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)
    place.behave = lambda handler: (200, {"Content-Length": "10000001"}, b"")
    other = harness.outbox.open()
    harness.send_files(other, f"{place.url}/a", body="look")
    harness.run_all_jobs()
    harness.assert_files_lost(other)
    assert len(place.asked) == 2


def test_a_slow_file_holds_nobody_for_long(harness: AttachmentsHarness, place: Elsewhere) -> None:
    harness.patch.setitem(harness.rt._parts, rules, Rules(fetch=0.3, attempt=0.5))
    place.behave = trickle
    conversation = harness.outbox.open()
    harness.send_files(conversation, f"{place.url}/a", f"{place.url}/b", f"{place.url}/c", body="look")
    harness.run_job()
    assert len(place.asked) == 2, "one attempt has a bound over all files"
    harness.run_job(LATE)
    harness.run_all_jobs()
    harness.assert_files_lost(conversation)


@pytest.mark.failures
@pytest.mark.parametrize("where", ["files_claimed", "file_fetched", "file_kept", "before_files_settle"])
def test_a_death_at_each_edge(harness: AttachmentsHarness, where: str) -> None:
    """The picture and the notice of the lost file each arrive once: neither is lost, neither comes twice."""
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), b"no file of any kind", body="look")
    dying(harness.outbox, where)
    harness.run_job(1)
    assert harness.received(conversation.bob) == [] and harness.outbox.received(conversation.alice) == []
    harness.run_job(LEASE)
    harness.run_all_jobs()
    ((body, (file,)),) = harness.received(conversation.bob)
    assert body == "look" and not leaks(file, CANARY)
    assert harness.outbox.received(conversation.alice) == [LOST]
    harness.run_job(CHECK)
    harness.run_all_jobs()
    assert len(harness.received(conversation.bob)) == 1 and harness.outbox.received(conversation.alice) == [LOST]
    harness.clock.advance(3601)
    harness.send_files(harness.outbox.open(), jpeg())
    harness.run_job()
    assert len(harness.stored_files()) == 2, "what the dead left has ended"


def test_a_reply_that_is_lost(harness: AttachmentsHarness) -> None:
    """The store ran the script, but its reply was lost: the script runs again, and the files stay."""
    store, whole = harness.rt.store, harness.rt.store.run

    def twice(script: str, key: str, args: dict[str, Any]) -> Any:
        if script == "settle_attachment":
            whole(script, key, args)
        return whole(script, key, args)

    harness.patch.setattr(store, "run", twice)
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    shown(harness, conversation)
    assert len(conversation.session.interactions.list()) == 1


def test_two_workers_at_once(harness: AttachmentsHarness, place: Elsewhere) -> None:
    conversation, begun, go_on = harness.outbox.open(), threading.Event(), threading.Event()

    def wait(handler: Handler) -> Any:
        begun.set()
        go_on.wait(30)
        return 200, {}, jpeg()

    place.behave = wait
    harness.send_files(conversation, f"{place.url}/a", b"nothing", body="look")
    first = threading.Thread(target=harness.run_job)
    first.start()
    assert begun.wait(30)
    harness.clock.advance(LEASE)
    go_on.set()
    harness.run_job()
    first.join(30)
    harness.run_all_jobs()
    assert [len(files) for _, files in harness.received(conversation.bob)] == [1]
    assert harness.outbox.received(conversation.alice) == [LOST]
    harness.run_job(CHECK)
    assert harness.stored_files() == {}


def test_a_webhook_that_comes_twice(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.webhooks.sim("POST", "/faults", webhook_copies=3)
    harness.send_files(conversation, jpeg(), b"nothing", body="look")
    harness.run_all_jobs()
    assert [len(files) for _, files in harness.received(conversation.bob)] == [1]
    assert harness.outbox.received(conversation.alice) == [LOST]
