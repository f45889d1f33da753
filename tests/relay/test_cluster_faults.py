"""Texts go on while the slot of their Service moves to another node, and while a primary is killed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from common.sids import new
from storage import keys
from tests.support import cluster, stores
from tests.support.cluster import Cluster
from tests.support.stack import Stack
from tests.support.webhooks import Conversation, WebhookHarness

# Slow: a replica takes over only after the primary was away for some time.
pytestmark = pytest.mark.slow

#: The carrier repeats a webhook too; how often is its own affair.
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 60.0


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[Cluster]:
    with cluster.running(tmp_path_factory.mktemp("cluster")) as found:
        stores.QUEUES[found.url] = stores.QUEUES.get(valkey_url, valkey_url)
        yield found


@pytest.fixture
def harness(nodes: Cluster) -> Iterator[WebhookHarness]:
    """Each change waits for a replica: what was answered outlives a primary."""
    stack = Stack(nodes.url, STORE_REPLICAS="1", PERSON_MESSAGES_PER_MINUTE="0", PAIR_MESSAGES_PER_MINUTE="0")
    yield WebhookHarness(stack, numbers=2)
    stack.stop()


class Talk(threading.Thread):
    """Somebody texts, one text after the other. Each is posted again until it has an answer."""

    def __init__(self, harness: WebhookHarness, conversation: Conversation) -> None:
        super().__init__(daemon=True)
        self._harness, self._conversation = harness, conversation
        #: MessageSid -> the form and its answer.
        self.answered: dict[str, tuple[dict[str, str], str]] = {}
        self.posts = 0
        self.stopping = False
        self.start()

    def run(self) -> None:
        while not self.stopping:
            form = self._harness.message_form(self._conversation.alice, self._conversation.alices, new("w"))
            self.answered[form["MessageSid"]] = form, self._post(form)

    def _post(self, form: dict[str, str]) -> str:
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.posts += 1
            answer = self._harness.post(form)
            if answer.status_code == 200:
                return answer.text
            assert answer.status_code == 503 and time.monotonic() < ends, answer.text
            time.sleep(PAUSE_SECONDS)

    def go_on(self, count: int = 20) -> None:
        """Returns after so many more texts."""
        wanted = len(self.answered) + count
        cluster.wait_for(lambda: len(self.answered) >= wanted or not self.is_alive())
        assert self.is_alive()

    def stop(self) -> None:
        self.stopping = True
        self.join()


def check(harness: WebhookHarness, conversation: Conversation, talk: Talk) -> None:
    """Each text that was answered was relayed, and stands in the list once. Posted again, it gets the same answer."""
    assert all("<Message" in twiml for _, twiml in talk.answered.values())
    listed = Counter(one.inbound_resource_sid for one in conversation.session.interactions.list())
    assert listed == Counter(dict.fromkeys(talk.answered, 1))
    for form, twiml in list(talk.answered.values())[-3:]:
        assert harness.post(form).text == twiml


def test_the_slot_of_a_service_moves_while_people_text(nodes: Cluster, harness: WebhookHarness) -> None:
    conversation, key = harness.open(), keys.service("service", harness.sid)
    talk = Talk(harness, conversation)
    talk.go_on()
    for _ in range(3):
        owner = nodes.holder(key)
        other = next(node for node in nodes.primaries if node is not owner)
        cluster.move_at_once(nodes, key, other)
        talk.go_on()
        assert nodes.holder(key) is other
    # Key by key: nothing is answered while the keys are at two nodes, and nothing is done by half.
    with cluster.half_moved(nodes, key, key):
        before = len(talk.answered)
        posts = talk.posts
        cluster.wait_for(lambda: talk.posts > posts + 3)
        assert len(talk.answered) <= before + 1
    talk.go_on()
    talk.stop()
    check(harness, conversation, talk)


def test_a_primary_is_killed_while_people_text(nodes: Cluster, harness: WebhookHarness) -> None:
    conversation, key = harness.open(), keys.service("service", harness.sid)
    talk = Talk(harness, conversation)
    talk.go_on()
    # Twice: the node that was killed comes back as the replica of the one that took over.
    for _ in range(2):
        lost = nodes.holder(key)
        heir = nodes.replica_of(lost)
        lost.server.kill()
        cluster.wait_for(lambda heir=heir: cluster.slot_of(key) in cluster.owned(heir))  # type: ignore[misc]
        cluster.restart(lost)
        nodes.wait_for_replicas()
        talk.go_on()
    talk.stop()
    check(harness, conversation, talk)
