"""What a test of files does and sees: it sends pictures, has them fetched and cleaned, and looks at phones."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import requests

from outbox.attachments import run as files
from policy.sentences.sentences import SENTENCES
from storage import keys
from tests.outbox.messages.office import PATIENCE, Office
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.stack import ACCOUNT

#: Beyond the lease of a claim; to the first look whether a message is over; beyond the time that a message waits.
LEASE, CHECK, LATE = 81, 31, 181
LOST = SENTENCES["pictures_lost"]["en"]


class Studio(Office):
    def __init__(self, scene: Scene, clock: Clock, patch: pytest.MonkeyPatch) -> None:
        super().__init__(scene, clock, patch)
        self.wire = scene.stack.carrier.url

    def snap(self, talk: Talk, *shots: bytes | str, body: str = "", kind: str = "image/jpeg", **more: Any) -> str:
        """Alice sends files: bytes, or addresses to which the carrier redirects. The SID of the message."""
        self.clock.advance(0.001)
        media = [self.shot(each, kind) for each in shots]
        fields = {"from": talk.alice, "to": talk.alices, "body": body, "media": media, **more}
        said = self.scene.sim("POST", "/text?wait=1", **fields)
        assert said["settled"] and said["webhook"]["status"] == 200
        return str(said["sid"])

    def shot(self, each: bytes | str, kind: str) -> dict[str, str]:
        where = {"url": each} if isinstance(each, str) else {"data": b64encode(each).decode()}
        return {**where, "content_type": kind}

    def wash(self, *seconds: float) -> None:
        """One run of the job for files now, and one after each of these times."""
        for each in (0, *seconds):
            self.clock.advance(each)
            files.work_due(self.rt, self.scene.sid, ACCOUNT)
            assert self.rt.part(files.FileWorker).wait(PATIENCE)

    def deliver(self) -> None:
        """All that is ready, until the carrier has it."""
        self.wash()
        self.work(1, 1, 1)

    def got(self, phone: str) -> list[tuple[str, list[bytes]]]:
        """Body and files of each message on a phone."""
        found = self.scene.sim("GET", f"/inbox/{phone}")["messages"]
        return [(one["body"], [self.bytes_of(media["sid"]) for media in one["media"]]) for one in found]

    def left_out(self, talk: Talk, body: str = "look") -> None:
        """The text has arrived alone, and its sender was told once."""
        assert self.got(talk.bob) == [(body, [])]
        assert self.told(talk.alice) == [LOST]

    def urls(self, phone: str) -> list[str]:
        found = self.scene.sim("GET", f"/inbox/{phone}")["messages"]
        return [media["url"] for one in found for media in one["media"]]

    def bytes_of(self, sid: str) -> bytes:
        answer = requests.get(f"{self.wire}/sim/media/{sid}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.content

    def kept(self) -> dict[str, int]:
        """Files in the store, and the bytes that they take."""
        found: Any = self.rt.store.client.hgetall(keys.ring("files"))
        return {name.decode(): int(size) for name, size in found.items() if name != b"all" or int(size)}

    def attached(self) -> list[str]:
        """Messages whose files are still to be seen to."""
        found: Any = self.rt.store.client.zrange(keys.service("attachments", self.scene.sid), 0, -1)
        return [sid.decode() for sid in found]

    def copies(self, message_sid: str) -> list[str]:
        """What the carrier still has of a message's files."""
        return [str(one.sid) for one in self.scene.client.messages(message_sid).media.list()]
