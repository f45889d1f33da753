"""A call is placed once or never, whatever fails between the app's request and the first ring."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from carrier.client import Carrier
from carrier.model import CallOrder
from storage.store import Store, StoreUnavailable
from tests.support.calls import CallsHarness
from tests.support.stack import ACCOUNT, TOKEN, free_port
from tests.support.telephones import act, advance, bridged, plan
from tests.support.webhooks import Conversation

# Slow: kills processes while a call is placed.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]
#: How much longer than the bridge the first leg may last, in seconds.
PATIENCE = 300


def broken(harness: CallsHarness, do: str, **more: Any) -> None:
    harness.sim("POST", "/faults", rules={"on": "rest:calls", "do": do, "count": 1, **more})


def orders(harness: CallsHarness) -> int:
    return sum(not one["parent_sid"] for one in harness.calls())


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503", "accept-then-500"])
def test_done_but_nobody_was_told(harness: CallsHarness, conversation: Conversation, do: str) -> None:
    """The carrier placed the call but gave no good answer: its callbacks tell us what happened."""
    broken(harness, do)
    answer = harness.order_call(conversation)
    assert answer.status_code == 201
    harness.settle()
    one = harness.interaction(conversation)
    assert one["sid"] == answer.json()["sid"] and orders(harness) == 1
    assert one["inbound_resource_sid"] == harness.calls()[0]["sid"]
    assert (one["inbound_resource_status"], one["outbound_resource_state"]) == ("in-progress", "in-progress")
    assert bridged(harness, conversation.alice) == [conversation.alices]
    advance(harness, 12)
    act(harness, conversation.alice, "hangup")
    done = harness.interaction(conversation)
    assert (done["inbound_resource_status"], done["outbound_resource_status"]) == ("completed", "completed")
    assert (done["data"], orders(harness)) == ('{"duration":"12"}', 1)


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503"])
def test_done_unheard_and_nobody_picks_up(harness: CallsHarness, conversation: Conversation, do: str) -> None:
    plan(harness, conversation.bob, "busy")
    broken(harness, do)
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    one = harness.interaction(conversation)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("busy", "canceled")
    assert not harness.has_live_call(conversation) and orders(harness) == 1


@pytest.mark.parametrize("do", ["503", "500", "reset"])
def test_not_done_and_nobody_knows(harness: CallsHarness, conversation: Conversation, do: str) -> None:
    """An uncertain call is not a failed one, as it may still ring. It is never tried again, and its mark expires."""
    conversation.session.update(ttl=60)
    harness.set_for_this_test(CallTimeLimit="60")
    broken(harness, do)
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    one = harness.interaction(conversation)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("queued", "initiated")
    assert orders(harness) == 0 and harness.has_live_call(conversation)
    harness.time.advance(119)
    harness.sweep()
    assert harness.status(conversation) == "in-progress"
    harness.time.advance(2)
    harness.sweep()
    assert (harness.status(conversation), orders(harness)) == ("closed", 0)


@pytest.mark.parametrize(
    ("do", "code", "status", "told"),
    [("429", 20429, 503, 20503), ("refuse", 21216, 400, 20001), ("refuse", 20003, 502, 20502)],
)
def test_refused_for_sure(
    harness: CallsHarness, conversation: Conversation, do: str, code: int, status: int, told: int
) -> None:
    conversation.session.update(ttl=60)
    broken(harness, do, **({"code": code} if do == "refuse" else {}))
    answer = harness.order_call(conversation)
    assert (answer.status_code, answer.json()["code"]) == (status, told)
    assert conversation.bob not in answer.text
    one = harness.interaction(conversation)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("failed", "failed")
    assert (one["error_code"], orders(harness)) == (code, 0)
    assert not harness.has_live_call(conversation)
    assert harness.order_call(conversation).status_code == 201
    harness.settle()
    assert orders(harness) == 1 and bridged(harness, conversation.alice) == [conversation.alices]


def test_a_number_that_the_carrier_does_not_call(harness: CallsHarness, conversation: Conversation) -> None:
    harness.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 21211})
    answer = harness.order_call(conversation)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001) and "21211" in answer.json()["message"]
    assert (harness.interaction(conversation)["error_code"], orders(harness)) == (21211, 0)


def test_an_error_of_ours_before_the_carrier_hears_of_it(
    harness: CallsHarness, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Carrier, order: CallOrder) -> str:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Carrier, "place_call", dies)
        assert harness.order_call(conversation).status_code == 500
    harness.settle()
    assert (orders(harness), harness.interaction(conversation)["outbound_resource_status"]) == (0, "initiated")


def test_the_store_dies_after_the_carrier_said_yes(
    harness: CallsHarness, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app must not get an error, because it would order a second call."""
    whole, dead = Store.service, threading.Event()
    dead.set()

    def service(self: Store, script: str, sid: str, args: dict[str, Any]) -> Any:
        if script == "note_placed" and "state" not in args and dead.is_set():
            raise StoreUnavailable("the store does not answer")
        return whole(self, script, sid, args)

    plan(harness, conversation.bob, "manual")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "service", service)
        answer = harness.order_call(conversation)
    assert answer.status_code == 201
    harness.settle()
    act(harness, conversation.bob, "answer")
    one = harness.interaction(conversation)
    assert (one["sid"], one["inbound_resource_sid"]) == (answer.json()["sid"], harness.calls()[0]["sid"])
    assert orders(harness) == 1 and bridged(harness, conversation.alice) == [conversation.alices]


def test_a_script_whose_answer_was_lost_is_repeated_and_places_one_call(
    harness: CallsHarness, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store's client repeats the script by itself when a connection breaks."""
    whole, lost = Store._evaluate, list[str]()

    def evaluate(self: Store, script: str, tag_key: str, text: str) -> bytes:
        answer = whole(self, script, tag_key, text)
        if script in ("open_call", "note_placed") and lost.count(script) == 0:
            lost.append(script)
            raise redis.exceptions.ConnectionError("cut off")
        return answer

    plan(harness, conversation.bob, "manual")
    before = harness.writes()[1]
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_evaluate", evaluate)
        assert harness.order_call(conversation).status_code == 201
        harness.settle()
    assert sorted(lost) == ["note_placed", "open_call"]
    assert (orders(harness), len(harness.interactions(conversation))) == (1, 1)
    assert [event["t"] for event in harness.events(before)].count("interaction.created") == 1


def test_the_order_itself(harness: CallsHarness, conversation: Conversation) -> None:
    """The order has only our own URLs and the Participant's own proxy number; no URL has a phone number."""
    seen, whole = list[CallOrder](), Carrier.place_call

    def place_call(self: Carrier, order: CallOrder) -> str:
        seen.append(order)
        return whole(self, order)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Carrier, "place_call", place_call)
        harness.set_for_this_test(RingTimeout="31", CallTimeLimit="600")
        sid = harness.order_call(conversation).json()["sid"]
    (order,) = seen
    assert (order.to, order.caller_id, order.ring, order.limit) == (
        conversation.bob,
        conversation.bobs,
        31,
        600 + PATIENCE,
    )
    assert (order.answered_url, order.status_url) == (
        harness.webhook_url("connect", sid),
        harness.webhook_url("placed", sid),
    )


# --- a process is killed ---------------------------------------------------------------------------------------------


@contextmanager
def web(harness: CallsHarness, carrier_url: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Starts another web process on the same store."""
    port = free_port()
    environment = {**os.environ, **harness.stack.environment, "TWILIO_API_URL": carrier_url}
    options = "--interface rsgi --http 1 --no-ws --host 127.0.0.1 --workers 1 --no-access-log"
    command = [sys.executable, "-m", "granian", *options.split(), "--port", str(port), "rsgi:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        until_it_answers(server, f"{url}/healthz")
        yield server, url
    finally:
        end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(300):
        assert server.poll() is None, "the web server did not start"
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            threading.Event().wait(0.1)
    raise AssertionError("the web server does not answer")


def test_a_killed_process_leaves_a_call_that_is_never_placed(harness: CallsHarness, conversation: Conversation) -> None:
    """The process dies while it waits for a carrier that does not answer; another process then places no call."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        path = f"/proxy/v1/Services/{harness.sid}/Sessions/{harness.session_sid(conversation)}/Calls"
        with web(harness, f"http://127.0.0.1:{deaf.getsockname()[1]}") as (server, url):
            asking = threading.Thread(target=lambda: ask_and_lose(url + path, conversation), daemon=True)
            asking.start()
            taken, _ = deaf.accept()
            end(server)
            asking.join(30)
            assert not asking.is_alive()
            taken.close()
    one = harness.interaction(conversation)
    assert (one["inbound_resource_status"], one["inbound_resource_sid"]) == ("queued", None)
    with web(harness, harness.stack.carrier.url) as (_, url):
        found = requests.get(f"{url}/proxy/v1/Services/{harness.sid}", auth=(ACCOUNT, TOKEN), timeout=30)
        assert found.status_code == 200
        harness.sweep()
        harness.settle()
        assert orders(harness) == 0 and harness.rings(conversation.bob) == []


def ask_and_lose(url: str, conversation: Conversation) -> None:
    try:
        requests.post(url, {"Participant": conversation.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=60)
    except requests.ConnectionError:
        return
    raise AssertionError("a killed process has answered")
