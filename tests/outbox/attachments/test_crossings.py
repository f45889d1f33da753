"""Files together with each feature that can stop, hold, count or divide a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from policy import blocks
from services.services import get_service
from tests.media.cleaning.samples import jpeg
from tests.outbox.attachments.harness import LOST, AttachmentsHarness
from tests.outbox.attachments.test_pictures import HEIC
from tests.support.stack import ACCOUNT, TOKEN

# Slow: combines attachments with quiet hours and with everything that stops a message.
pytestmark = pytest.mark.slow


def night(harness: AttachmentsHarness, **fields: str) -> None:
    """Sets quiet hours that began ten hours ago in UTC and end in two: it is night now in the numbers' zones."""
    now = datetime.fromtimestamp(harness.clock.now / 1000, UTC)
    begins = (now - timedelta(hours=10)).strftime("%H:%M")
    ends = (now + timedelta(hours=2)).strftime("%H:%M")
    assert harness.webhooks.set_fields(QuietHours=f"{begins}-{ends}", **fields).status_code == 200


def retry(harness: AttachmentsHarness, interaction: Any) -> None:
    url = f"{harness.webhooks.stack.url}/ops/v1/outbox/{harness.webhooks.sid}/{interaction.sid}/retry"
    assert requests.post(url, auth=(ACCOUNT, TOKEN), timeout=30).status_code == 204


def test_one_that_was_parked_while_its_files_were_fetched(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    service = get_service(harness.rt, ACCOUNT, harness.webhooks.sid)
    harness.send_files(conversation, jpeg(), body="look")
    blocks.block(harness.rt, service, "service")
    harness.outbox.run_job(1)
    assert [one["reason"] for one in harness.outbox.listed("parked")] == ["blocked"]
    blocks.unblock(harness.rt, service, "service")
    retry(harness, conversation.session.interactions.list()[0])
    harness.outbox.run_job(1)
    harness.run_all_jobs()
    harness.outbox.run_job(60)
    ((body, files),) = harness.received(conversation.bob)
    assert body == "look" and len(files) == 1 and harness.outbox.received(conversation.alice) == []


def test_a_text_file_over_the_night_stands_there_once(harness: AttachmentsHarness) -> None:
    night(harness, QuietHoursFor="all")
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), b"see you at the gate", body="look", kind="text/plain")
    harness.send_files(conversation, jpeg(), body="and this")
    harness.run_all_jobs()
    assert harness.received(conversation.bob) == [] and len(harness.outbox.listed("held")) == 2
    harness.clock.advance(13 * 3600)
    for _ in range(3):
        harness.run_all_jobs()
    shown = [(body, len(files)) for body, files in harness.received(conversation.bob)]
    assert shown == [("look\nsee you at the gate", 1), ("and this", 1)]


def test_who_sent_it_is_awake(harness: AttachmentsHarness) -> None:
    night(harness, QuietHoursExpiry="0")
    conversation = harness.outbox.open()
    harness.send_files(conversation, HEIC, body="look")
    harness.run_all_jobs()
    assert harness.outbox.received(conversation.alice) == [LOST]


def test_what_we_say_of_files_is_bounded(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    for n in range(8):
        harness.clock.advance(30)
        harness.send_files(conversation, HEIC, body=f"number {n}")
        harness.run_all_jobs()
    assert harness.outbox.received(conversation.alice) == [LOST] * 5
    assert len(harness.received(conversation.bob)) == 8


def test_the_ceiling_counts_texts_that_came_as_files(harness: AttachmentsHarness) -> None:
    harness.outbox.change_settings(segments_per_day=30)
    conversation = harness.outbox.open()
    harness.send_files(conversation, ("ж" * 1000).encode(), kind="text/plain")
    harness.run_all_jobs()
    (only,) = conversation.session.interactions.list()
    shown = requests.get(str(only.url), auth=(ACCOUNT, TOKEN), timeout=30).json()
    assert shown["segments"] == 15 and len(harness.received(conversation.bob)) == 1
    harness.webhooks.text(conversation.alice, conversation.alices, "y" * 1600)
    assert "statusCallback" in harness.webhooks.text(conversation.alice, conversation.alices, "short")
    assert len(harness.received(conversation.bob)) == 3
    harness.webhooks.text(conversation.alice, conversation.alices, "z" * 800)
    assert len(harness.received(conversation.bob)) == 3


@pytest.mark.parametrize("mode", ["mask", "block"])
def test_a_number_that_ends_in_a_file(harness: AttachmentsHarness, mode: str) -> None:
    harness.webhooks.set_fields(ContentPhone=mode)
    conversation = harness.outbox.open()
    harness.send_files(conversation, b"555 0111", body="my number is 415", kind="text/plain")
    harness.run_all_jobs()
    ((body, _),) = harness.received(conversation.bob)
    assert "0111" not in body


def test_a_worker_that_was_away(harness: AttachmentsHarness) -> None:
    """The worker was away longer than a message waits for its files: the files are still fetched and sent."""
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    harness.clock.advance(400)
    harness.run_all_jobs()
    ((_, files),) = harness.received(conversation.bob)
    assert len(files) == 1 and harness.outbox.received(conversation.alice) == []
