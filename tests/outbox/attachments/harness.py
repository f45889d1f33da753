"""Sends files, runs the job that fetches and cleans them, and reads what phones have received."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import requests

from outbox.attachments import run as files
from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.support.outbox import PATIENCE, OutboxHarness
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Clock, Conversation, WebhookHarness

#: Longer than a claim's lease; until the first check whether a message is over; longer than a message waits for files.
LEASE, CHECK, LATE = 81, 31, 181
LOST = SENTENCES["pictures_lost"]["en"]


class AttachmentsHarness:
    """Runs the job for attachments. `outbox` runs the job that sends, after it."""

    def __init__(self, webhooks: WebhookHarness, clock: Clock, patch: pytest.MonkeyPatch) -> None:
        self.webhooks, self.clock, self.patch = webhooks, clock, patch
        self.outbox = OutboxHarness(webhooks, clock, patch)
        self.rt = self.outbox.rt
        self.carrier_url = webhooks.stack.carrier.url

    def clean_up(self) -> None:
        self.outbox.clean_up()

    def send_files(
        self, conversation: Conversation, *shots: bytes | str, body: str = "", kind: str = "image/jpeg", **more: Any
    ) -> str:
        """Alice sends files: bytes, or URLs to which the carrier redirects. Returns the SID of the message."""
        self.clock.advance(0.001)
        media = [self.media_item(each, kind) for each in shots]
        fields = {"from": conversation.alice, "to": conversation.alices, "body": body, "media": media, **more}
        said = self.webhooks.sim("POST", "/text?wait=1", **fields)
        assert said["settled"] and said["webhook"]["status"] == 200
        return str(said["sid"])

    def media_item(self, each: bytes | str, kind: str) -> dict[str, str]:
        where = {"url": each} if isinstance(each, str) else {"data": b64encode(each).decode()}
        return {**where, "content_type": kind}

    def run_job(self, *seconds: float) -> None:
        """Runs the job for files now, and again after each of these delays."""
        for each in (0, *seconds):
            self.clock.advance(each)
            files.process_due(self.rt, self.webhooks.sid, ACCOUNT)
            assert self.rt.part(files.FileWorker).wait(PATIENCE)

    def run_all_jobs(self) -> None:
        """Runs the jobs for files and for sending, until the carrier has everything that is ready."""
        self.run_job()
        self.outbox.run_job(1, 1, 1)

    def received(self, phone: str) -> list[tuple[str, list[bytes]]]:
        """Returns the body and the files of each message on a phone."""
        found = self.webhooks.sim("GET", f"/inbox/{phone}")["messages"]
        return [(one["body"], [self.bytes_of(media["sid"]) for media in one["media"]]) for one in found]

    def assert_files_lost(self, conversation: Conversation, body: str = "look") -> None:
        """Asserts that the text arrived without its files, and that the sender got one notice."""
        assert self.received(conversation.bob) == [(body, [])]
        assert self.outbox.received(conversation.alice) == [LOST]

    def urls(self, phone: str) -> list[str]:
        found = self.webhooks.sim("GET", f"/inbox/{phone}")["messages"]
        return [media["url"] for one in found for media in one["media"]]

    def bytes_of(self, sid: str) -> bytes:
        answer = requests.get(f"{self.carrier_url}/sim/media/{sid}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content

    def stored_files(self) -> dict[str, int]:
        """Returns the files in the store, each with its size in bytes."""
        found: Any = self.rt.store.client.hgetall(keys.ring("files"))
        return {name.decode(): int(size) for name, size in found.items() if name != b"all" or int(size)}

    def waiting(self) -> list[str]:
        """Returns the messages whose files the job has not finished with."""
        found: Any = self.rt.store.client.zrange(keys.service("attachments", self.webhooks.sid), 0, -1)
        return [sid.decode() for sid in found]

    def carrier_copies(self, message_sid: str) -> list[str]:
        """Returns the files of a message that the carrier still has."""
        return [str(one.sid) for one in self.webhooks.client.messages(message_sid).media.list()]
