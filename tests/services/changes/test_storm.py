"""Texts come to two processes while the Service changes all the time: no text uses a state older than its arrival."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

from policy import notices
from policy.quotas import rates
from services import services
from tests.services.changes.conftest import SecondProcess
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness

CHANGES, WRITERS = 60, 4


def test_what_is_said_is_never_older_than_the_text(harness: WebhookHarness, other: SecondProcess) -> None:
    rt, over, said = harness.stack.runtime, Event(), [0]
    service = services.get_service(rt, ACCOUNT, harness.sid)
    notices.set_notice(rt, service, "voice_only", {"text": "Words 0."})
    rt.part(rates)["message"] = other.rt.part(rates)["message"] = dict.fromkeys(rates(rt)["message"], 0)
    conversations = [harness.open(mode="voice-only") for _ in range(WRITERS)]

    def change() -> None:
        """Changes the notice again and again, and raises the number after each change has succeeded."""
        for number in range(1, CHANGES + 1):
            notices.set_notice(rt, service, "voice_only", {"text": f"Words {number}."})
            said[0] = number
        over.set()

    def write(place: int) -> list[tuple[int, int]]:
        """For each text: the number of the last change that was done before it came, and the number in its answer."""
        found: list[tuple[int, int]] = []
        conversation = conversations[place]
        while not over.is_set():
            # A person gets at most five notices an hour (so that two machines do not talk for ever): reset that count.
            rt.store.client.delete(*rt.store.client.keys(f"{{{harness.sid}}}:told:*") or ["-"])
            before = said[0]
            form = harness.message_form(conversation.alice, conversation.alices, f"text {len(found)} of {place}")
            answer = other.webhook(harness.url(), form)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            heard = re.search(r"Words (\d+)\.", answer.get_data(as_text=True))
            if heard:
                found.append((before, int(heard[1])))
        return found

    changing = Thread(target=change)
    changing.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        texts = [one for found in pool.map(write, range(WRITERS)) for one in found]
    changing.join()
    assert texts
    assert [pair for pair in texts if pair[1] < pair[0]] == []
