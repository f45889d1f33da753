"""What a test of the outbox does and sees: it sends, breaks the carrier, lets time pass, and reads phones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from common.worker_slots import Receiver
from outbox import run
from outbox.rules import Rules, rules
from outbox.send import Outgoing
from storage import keys
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.stack import ACCOUNT, TOKEN

#: For threads to end what they began.
PATIENCE = 60
#: Beyond the lease of a claim, and beyond the time in which the carrier's list would have what went out.
LEASE, LOOK, DOUBT = 41, 16, 121


class Office:
    def __init__(self, scene: Scene, clock: Clock, patch: pytest.MonkeyPatch) -> None:
        self.scene, self.clock, self.patch = scene, clock, patch
        self.rt = scene.stack.runtime
        # Nobody waits for a turn on a clock that stands still.
        self.rt.replace_part(rules, Rules(soon=0))
        self.mend()

    def leave(self) -> None:
        self.mend()
        self.scene.sim("POST", "/reset")

    def mend(self) -> None:
        self.scene.sim("DELETE", "/faults")

    def open(self) -> Talk:
        return self.scene.open()

    def set(self, **settings: Any) -> None:
        self.patch.setattr(self.rt, "settings", replace(self.rt.settings, **settings))

    def fault(self, do: str, on: str = "rest:messages", method: str = "POST", **more: Any) -> None:
        self.scene.sim("POST", "/faults", rules={"on": on, "do": do, "method": method, **more})

    def send(self, talk: Talk, body: str) -> Any:
        self.clock.advance(0.001)
        return talk.session.participants(talk.bob_sid).message_interactions.create(body=body)

    def claim(self) -> list[Outgoing]:
        """As a thread does it that is kept for what is due now."""
        return self.rt.part(run.OutboxWorker).claim(ACCOUNT, [Receiver(ACCOUNT, self.scene.sid, run.LANES[0])])

    def work(self, *seconds: float) -> None:
        """One run of the job now, and one after each of these times; until its threads have ended."""
        for each in (0, *seconds):
            self.clock.advance(each)
            run.send_due(self.rt, self.scene.sid, ACCOUNT)
            assert self.rt.part(run.OutboxWorker).wait(PATIENCE)
        assert self.scene.sim("GET", "/settle")["settled"]

    def told(self, phone: str) -> list[str]:
        return [body for _, body in self.scene.inbox(phone)]

    def state(self, sent: Any) -> tuple[str, Any]:
        """Of the Interaction: status, and whose message at the carrier it is."""
        found = sent.fetch()
        return found.outbound_resource_status, found.outbound_resource_sid

    def statuses(self, talk: Talk) -> list[str]:
        return [one.outbound_resource_status for one in talk.session.interactions.list()]

    def carried(self, phone: str) -> list[str]:
        """SIDs of what the carrier has sent to this phone, oldest first."""
        return [str(one.sid) for one in reversed(self.scene.client.messages.list(to=phone))]

    def listed(self, state: str) -> list[dict[str, Any]]:
        answer = self.ops("GET", "", State=state)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["outbox"]
        return found

    def states(self) -> list[str]:
        return [one["state"] for one in self.listed("waiting")]

    def ops(
        self, method: str, path: str, user: str = ACCOUNT, password: str = TOKEN, **query: str
    ) -> requests.Response:
        url = f"{self.scene.stack.url}/ops/v1/outbox/{self.scene.sid}{path}"
        return requests.request(method, url, params=query, auth=(user, password), timeout=30)

    def tell(self, interaction: str, resource: str, status: str, **more: str) -> None:
        form = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status, **more}
        assert self.scene.post(form, url=self.scene.status_url(interaction)).status_code == 200

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event["d"] for event in self.scene.events() if event["t"] == kind]

    def left(self) -> list[str]:
        """Keys of the outbox of which nothing should stay."""
        patterns = ("outgoing:*", "line:*", "lines", "queued", "parked", "held", "held-line:*")
        client = self.rt.store.client
        return sorted(
            key.decode().rpartition("}:")[2]
            for name in patterns
            for key in client.scan_iter(f"{keys.service('service', self.scene.sid).rpartition(':')[0]}:{name}", 1000)
        )
