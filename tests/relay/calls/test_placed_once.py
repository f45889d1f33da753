"""Once or never: whatever dies between the app's request and the first ring."""

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

from carrier.client import CallOrder, Carrier
from storage.store import Store, StoreUnavailable
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, plan
from tests.relay.calls.stage import Stage
from tests.support.stack import ACCOUNT, TOKEN, free_port

# Slow: kills processes while a call is placed.
pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[3]
#: What the first leg's REST call may last beyond the bridge.
PATIENCE = 300


def broken(scene: Stage, do: str, **more: Any) -> None:
    scene.sim("POST", "/faults", rules={"on": "rest:calls", "do": do, "count": 1, **more})


def orders(scene: Stage) -> int:
    return sum(not one["parent_sid"] for one in scene.calls())


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503", "accept-then-500"])
def test_done_but_nobody_was_told(scene: Stage, talk: Talk, do: str) -> None:
    """The carrier's own callbacks say what became of it."""
    broken(scene, do)
    answer = scene.place(talk)
    assert answer.status_code == 201
    scene.settle()
    one = scene.interaction(talk)
    assert one["sid"] == answer.json()["sid"] and orders(scene) == 1
    assert one["inbound_resource_sid"] == scene.calls()[0]["sid"]
    assert (one["inbound_resource_status"], one["outbound_resource_state"]) == ("in-progress", "in-progress")
    assert bridged(scene, talk.alice) == [talk.alices]
    advance(scene, 12)
    act(scene, talk.alice, "hangup")
    done = scene.interaction(talk)
    assert (done["inbound_resource_status"], done["outbound_resource_status"]) == ("completed", "completed")
    assert (done["data"], orders(scene)) == ('{"duration":"12"}', 1)


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503"])
def test_done_unheard_and_nobody_picks_up(scene: Stage, talk: Talk, do: str) -> None:
    plan(scene, talk.bob, "busy")
    broken(scene, do)
    assert scene.place(talk).status_code == 201
    scene.settle()
    one = scene.interaction(talk)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("busy", "canceled")
    assert not scene.live(talk) and orders(scene) == 1


@pytest.mark.parametrize("do", ["503", "500", "reset"])
def test_not_done_and_nobody_knows(scene: Stage, talk: Talk, do: str) -> None:
    """In doubt is not failed: it could still ring. It is never tried again, and its mark runs out by itself."""
    talk.session.update(ttl=60)
    scene.arrange(CallTimeLimit="60")
    broken(scene, do)
    assert scene.place(talk).status_code == 201
    scene.settle()
    one = scene.interaction(talk)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("queued", "initiated")
    assert orders(scene) == 0 and scene.live(talk)
    scene.time.advance(119)
    scene.sweep()
    assert scene.status(talk) == "in-progress"
    scene.time.advance(2)
    scene.sweep()
    assert (scene.status(talk), orders(scene)) == ("closed", 0)


@pytest.mark.parametrize(
    ("do", "code", "status", "told"),
    [("429", 20429, 503, 20503), ("refuse", 21216, 400, 20001), ("refuse", 20003, 502, 20502)],
)
def test_refused_for_sure(scene: Stage, talk: Talk, do: str, code: int, status: int, told: int) -> None:
    talk.session.update(ttl=60)
    broken(scene, do, **({"code": code} if do == "refuse" else {}))
    answer = scene.place(talk)
    assert (answer.status_code, answer.json()["code"]) == (status, told)
    assert talk.bob not in answer.text
    one = scene.interaction(talk)
    assert (one["inbound_resource_status"], one["outbound_resource_status"]) == ("failed", "failed")
    assert (one["error_code"], orders(scene)) == (code, 0)
    assert not scene.live(talk)
    assert scene.place(talk).status_code == 201
    scene.settle()
    assert orders(scene) == 1 and bridged(scene, talk.alice) == [talk.alices]


def test_a_number_that_the_carrier_does_not_call(scene: Stage, talk: Talk) -> None:
    scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 21211})
    answer = scene.place(talk)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001) and "21211" in answer.json()["message"]
    assert (scene.interaction(talk)["error_code"], orders(scene)) == (21211, 0)


def test_an_error_of_ours_before_the_carrier_hears_of_it(
    scene: Stage, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Carrier, order: CallOrder) -> str:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Carrier, "place_call", dies)
        assert scene.place(talk).status_code == 500
    scene.settle()
    assert (orders(scene), scene.interaction(talk)["outbound_resource_status"]) == (0, "initiated")


def test_the_store_dies_after_the_carrier_said_yes(scene: Stage, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error would make the app ask for a second call."""
    whole, dead = Store.service, threading.Event()
    dead.set()

    def service(self: Store, script: str, sid: str, args: dict[str, Any]) -> Any:
        if script == "note_placed" and "state" not in args and dead.is_set():
            raise StoreUnavailable("the store does not answer")
        return whole(self, script, sid, args)

    plan(scene, talk.bob, "manual")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "service", service)
        answer = scene.place(talk)
    assert answer.status_code == 201
    scene.settle()
    act(scene, talk.bob, "answer")
    one = scene.interaction(talk)
    assert (one["sid"], one["inbound_resource_sid"]) == (answer.json()["sid"], scene.calls()[0]["sid"])
    assert orders(scene) == 1 and bridged(scene, talk.alice) == [talk.alices]


def test_a_script_whose_answer_was_lost_is_repeated_and_places_one_call(
    scene: Stage, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the store's client does by itself when a connection breaks."""
    whole, lost = Store._evaluate, list[str]()

    def evaluate(self: Store, script: str, tag_key: str, text: str) -> bytes:
        answer = whole(self, script, tag_key, text)
        if script in ("open_call", "note_placed") and lost.count(script) == 0:
            lost.append(script)
            raise redis.exceptions.ConnectionError("cut off")
        return answer

    plan(scene, talk.bob, "manual")
    before = scene.writes()[1]
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_evaluate", evaluate)
        assert scene.place(talk).status_code == 201
        scene.settle()
    assert sorted(lost) == ["note_placed", "open_call"]
    assert (orders(scene), len(scene.interactions(talk))) == (1, 1)
    assert [event["t"] for event in scene.events(before)].count("interaction.created") == 1


def test_the_order_itself(scene: Stage, talk: Talk) -> None:
    """Only our own addresses and the participant's own proxy number; no number of anybody's in a URL."""
    seen, whole = list[CallOrder](), Carrier.place_call

    def place_call(self: Carrier, order: CallOrder) -> str:
        seen.append(order)
        return whole(self, order)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Carrier, "place_call", place_call)
        scene.arrange(RingTimeout="31", CallTimeLimit="600")
        sid = scene.place(talk).json()["sid"]
    (order,) = seen
    assert (order.to, order.caller_id, order.ring, order.limit) == (talk.bob, talk.bobs, 31, 600 + PATIENCE)
    assert (order.answered_url, order.status_url) == (scene.address("connect", sid), scene.address("placed", sid))


# --- a process is killed ---------------------------------------------------------------------------------------------


@contextmanager
def web(scene: Stage, carrier_url: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A web process of its own on the same store."""
    port = free_port()
    environment = {**os.environ, **scene.stack.environment, "TWILIO_API_URL": carrier_url}
    options = "--interface wsgi --http 1 --no-ws --host 127.0.0.1 --blocking-threads 4 --workers 1 --no-access-log"
    command = [sys.executable, "-m", "granian", *options.split(), "--port", str(port), "wsgi:app"]
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


def test_a_killed_process_leaves_a_call_that_is_never_placed(scene: Stage, talk: Talk) -> None:
    """Killed while it connects to a carrier that does not take the call; then another process serves the Session."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        path = f"/proxy/v1/Services/{scene.sid}/Sessions/{scene.session(talk)}/Calls"
        with web(scene, f"http://127.0.0.1:{deaf.getsockname()[1]}") as (server, url):
            asking = threading.Thread(target=lambda: ask_and_lose(url + path, talk), daemon=True)
            asking.start()
            taken, _ = deaf.accept()
            end(server)
            asking.join(30)
            assert not asking.is_alive()
            taken.close()
    one = scene.interaction(talk)
    assert (one["inbound_resource_status"], one["inbound_resource_sid"]) == ("queued", None)
    with web(scene, scene.stack.carrier.url) as (_, url):
        found = requests.get(f"{url}/proxy/v1/Services/{scene.sid}", auth=(ACCOUNT, TOKEN), timeout=30)
        assert found.status_code == 200
        scene.sweep()
        scene.settle()
        assert orders(scene) == 0 and scene.rings(talk.bob) == []


def ask_and_lose(url: str, talk: Talk) -> None:
    try:
        requests.post(url, {"Participant": talk.bob_sid}, auth=(ACCOUNT, TOKEN), timeout=60)
    except requests.ConnectionError:
        return
    raise AssertionError("a killed process has answered")
