"""What a test of redaction does and sees: texts come and go, time passes, the job runs, the carrier is read."""

from __future__ import annotations

from typing import Any

import requests

from jobs import recurring
from storage import keys
from tests.jobs.reconciling.watch import Watch
from tests.proxy.webhooks.scene import Talk
from tests.support.stack import ACCOUNT, TOKEN

#: What the Service asks for, in seconds, and a moment beyond it.
AFTER, PAST = 60, 61
#: Beyond a claim that nobody settled.
LEASE = 181
States = tuple[str | None, str | None]


class Shredder(Watch):
    def ask_for_it(self, seconds: int = AFTER) -> None:
        assert self.scene.set(RedactAfter=str(seconds)).status_code == 200

    def work(self, *seconds: float) -> None:
        """The job after each of these times."""
        for each in seconds:
            self.clock.advance(each)
            recurring.redact()

    def refuse(self, code: int, **more: Any) -> None:
        self.fault(("rest:messages", "refuse"), code=code, method="POST", **more)

    def copies(self) -> list[tuple[str, str]]:
        """Direction and text of what the carrier has, oldest first."""
        return [(str(one.direction), str(one.body)) for one in reversed(self.scene.client.messages.list())]

    def texts(self) -> list[str]:
        return [body for _, body in self.copies()]

    def shown(self, talk: Talk) -> list[dict[str, Any]]:
        """Interactions with the fields of ours, oldest first."""
        answer = requests.get(str(talk.session.fetch().links["interactions"]), auth=(ACCOUNT, TOKEN), timeout=30)
        found: list[dict[str, Any]] = answer.json()["interactions"]
        return found

    def states(self, talk: Talk) -> States:
        (one,) = self.shown(talk)
        return one["inbound_redaction"], one["outbound_redaction"]

    def codes(self, talk: Talk) -> tuple[int | None, int | None]:
        (one,) = self.shown(talk)
        return one["inbound_redaction_code"], one["outbound_redaction_code"]

    def left(self) -> list[str]:
        """The carrier's SIDs that wait; both keys know the same ones."""
        client: Any = self.store.client
        waits = client.zrange(keys.service("redactions", self.scene.sid), 0, -1)
        known = client.hgetall(keys.service("redacting", self.scene.sid))
        assert sorted(waits) == sorted(known)
        return sorted(sid.decode() for sid in waits)
