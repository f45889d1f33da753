"""Workers are killed at every step while the carrier fails; the test checks what the phones received.

Set MASKLINE_KILL_MESSAGES=1000 for the long run, which needs some minutes.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from outbox import app_messages
from services.services import find_service
from storage import keys
from tests.support import stores
from tests.support.stack import Stack
from tests.support.webhooks import Conversation, WebhookHarness

ROOT = Path(__file__).parents[3]
MESSAGES = int(os.environ.get("MASKLINE_KILL_MESSAGES") or 60)
PAIRS = 40
#: The chance at each edge.
#: With few messages it is higher, so that a run without any killed process is rare (one in a thousand).
KILLED = 0.03 if MESSAGES < 200 else 0.01
PATIENCE = 120 + MESSAGES
EDGES = ("after_claim", "before_post", "after_post", "before_settle")
MIX = ("429", "500", "accept-then-503", "accept-then-reset", "accept-then-500", "reset")
# Slow: sends a thousand messages, and kills processes at every step.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]
SEED = int(os.environ.get("MASKLINE_KILL_SEED") or random.randrange(10**6))


@dataclass
class Crowd:
    """Worker processes. Each is started again after it was killed."""

    stack: Stack
    told: list[dict[str, Any]]
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list)
    deaths: int = 0

    def start(self) -> None:
        self.alive = [self.begin(told) for told in self.told]

    def begin(self, told: dict[str, Any]) -> subprocess.Popen[bytes]:
        environ = {**os.environ, **self.stack.environment}
        command = [sys.executable, "-m", "tests.outbox.messages.driver", json.dumps(told)]
        return subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def tend(self) -> None:
        for place, one in enumerate(self.alive):
            if one.poll() is None:
                continue
            assert one.returncode == -signal.SIGKILL, one.returncode
            self.deaths += 1
            self.told[place]["seed"] += 1
            self.alive[place] = self.begin(self.told[place])

    def end(self) -> None:
        for one in self.alive:
            with contextlib.suppress(ProcessLookupError):
                one.kill()
            one.wait()


@pytest.fixture(scope="module")
def stack(valkey_url: str) -> Iterator[Stack]:
    """A Stack without a test clock: it uses the store's own time."""
    stores.empty(valkey_url)
    found = Stack(valkey_url, SEGMENTS_PER_SECOND="1000")
    yield found
    found.stop()
    stores.empty(valkey_url)


@pytest.fixture
def harness(stack: Stack) -> Iterator[WebhookHarness]:
    found = WebhookHarness(stack, numbers=6)
    yield found
    found.sim("DELETE", "/faults")
    found.sim("POST", "/reset")


def until(condition: Callable[[], bool], act: Callable[[], None] = lambda: None) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "not through in time"
        act()
        time.sleep(0.05)


def fill(harness: WebhookHarness, count: int, pairs: int) -> dict[str, tuple[Conversation, list[Any]]]:
    """Creates `count` messages, some with the same text. Returns for each phone what it should get, in order."""
    conversations = [harness.open() for _ in range(pairs)]
    service = find_service(harness.stack.runtime, harness.sid)
    assert service
    found: dict[str, tuple[Conversation, list[Any]]] = {
        conversation.bob: (conversation, []) for conversation in conversations
    }
    sids = [conversation.session.fetch().sid for conversation in conversations]
    for n in range(count):
        conversation = conversations[n % pairs]
        body = "ok" if n // pairs % 5 in (1, 2) else f"number {n}"
        sent = app_messages.send_message(harness.stack.runtime, service, sids[n % pairs], conversation.bob_sid, body)
        found[conversation.bob][1].append((sent.sid, body))
    return found


def through(harness: WebhookHarness) -> bool:
    return not harness.stack.runtime.store.client.exists(keys.service("queued", harness.sid))


def judge(harness: WebhookHarness, sent: dict[str, tuple[Conversation, list[Any]]]) -> Counter[str]:
    """Counts what is lost, doubled or out of order at the carrier, and which of our SIDs differ from the carrier's.

    Our Interaction has the SID of the last part only: the other parts of a text have none.
    """
    assert harness.sim("GET", "/settle?timeout=60")["settled"]
    found = Counter[str]()
    for phone, (conversation, said) in sent.items():
        got, wanted = [body for _, body in harness.inbox(phone)], [body for _, body in said]
        found["lost"] += (Counter(wanted) - Counter(got)).total()
        found["doubled"] += (Counter(got) - Counter(wanted)).total()
        found["disordered"] += Counter(got) == Counter(wanted) and got != wanted
        if got == wanted and said:
            carried = [one.sid for one in reversed(harness.client.messages.list(to=phone))]
            ours = {one.sid: one.outbound_resource_sid for one in conversation.session.interactions.list()}
            named = zip(said, carried, strict=True)
            found["misnamed"] += any(sid is not None and ours[sid] != resource for (sid, _), resource in named)
    return +found


def disturb(harness: WebhookHarness, chance: random.Random) -> Callable[[], None]:
    """At most one fault of each kind is active, so that most messages are sent without a fault."""

    def act() -> None:
        rules = []
        if chance.random() < 0.15:
            rules.append({"on": "rest:messages", "do": chance.choice(MIX), "method": "POST", "count": 1})
        if chance.random() < 0.4:
            rules.append({"on": "status", "do": chance.choice(["drop", "drop", "double", "reorder"]), "count": 1})
        harness.sim("POST", "/faults", rules=[])
        if rules:
            harness.sim("POST", "/faults", rules=rules)

    return act


def storm(
    stack: Stack, harness: WebhookHarness, count: int, spoil: Callable[[], None] | None = None, **more: Any
) -> tuple[Counter[str], int]:
    print(f"seed {SEED}")
    sent = fill(harness, count, PAIRS)
    kill = dict.fromkeys(EDGES, KILLED)
    crowd = Crowd(stack, [{"service": harness.sid, "kill": kill, "seed": SEED + 1000 * n, **more} for n in range(2)])
    spoil = spoil or disturb(harness, random.Random(SEED))

    def both() -> None:
        crowd.tend()
        spoil()

    crowd.start()
    try:
        until(lambda: through(harness), both)
    finally:
        crowd.end()
    return judge(harness, sent), crowd.deaths


def test_nothing_is_lost_or_doubled_or_out_of_order(stack: Stack, harness: WebhookHarness) -> None:
    began = time.monotonic()
    found, deaths = storm(stack, harness, MESSAGES)
    parked = harness.stack.runtime.store.client.zcard(keys.service("parked", harness.sid))
    print(f"{parked} parked, {MESSAGES} messages, {deaths} kills, {time.monotonic() - began:.0f} s: {dict(found)}")
    assert (dict(found), parked) == ({}, 0)
    assert deaths >= 1


def test_the_judge_sees_a_naive_retry(stack: Stack, harness: WebhookHarness) -> None:
    accepted = {"on": "rest:messages", "do": "accept-then-reset", "method": "POST", "count": 5}
    # A status callback would settle the first try before the retry.
    harness.sim("POST", "/faults", rules=[accepted, {"on": "status", "do": "drop", "count": 1000}])
    found, _ = storm(stack, harness, 60, spoil=lambda: None, naive=True)
    assert found["doubled"] > 0


@pytest.mark.parametrize(("edge", "fence"), [("after_claim", 0.5), ("before_post", 0.5), ("before_post", 600)])
def test_a_frozen_worker_does_not_send_beside_another(
    stack: Stack, harness: WebhookHarness, edge: str, fence: float
) -> None:
    """A worker is frozen longer than lease, fence and doubt while another sends. Without a fence two copies arrive."""
    sent = fill(harness, 1, 1)
    (phone,) = sent
    told = {"service": harness.sid, "rules": {"lease": 1, "fence": fence, "doubt": 4, "look": 0.2}}
    crowd = Crowd(stack, [{**told, "freeze": edge}, {**told, "wait": True}])
    crowd.start()
    frozen, other = crowd.alive
    try:
        until(lambda: state_of(frozen) == "T")
        assert other.stdin
        other.stdin.write(b"go\n")
        other.stdin.flush()
        until(lambda: through(harness))
        assert len(harness.inbox(phone)) == 1
        other.kill()
        other.wait()
        frozen.send_signal(signal.SIGCONT)
        later(sent)
        until(lambda: through(harness) and "later" in [body for _, body in harness.inbox(phone)])
        until(lambda: fence < 600 or len(harness.inbox(phone)) == 3)
        judge(harness, sent)
        got = sorted(body for _, body in harness.inbox(phone))
        assert got == ["later", *["number 0"] * (1 if fence < 600 else 2)]
    finally:
        crowd.end()


def later(sent: dict[str, tuple[Conversation, list[Any]]]) -> None:
    """Sends one more message to the same person: when it has arrived, the frozen worker's message is settled."""
    ((conversation, said),) = sent.values()
    made = conversation.session.participants(conversation.bob_sid).message_interactions.create(body="later")
    said.append((made.sid, "later"))


def state_of(process: subprocess.Popen[bytes]) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
