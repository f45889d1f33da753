"""Sends messages, makes the carrier fail, runs the job of the outbox, and reads what phones have received."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from common.worker_slots import Receiver
from outbox import run
from outbox.rules import Rules, rules
from outbox.send import OutgoingClaim
from storage import keys
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Clock, Conversation, WebhookHarness

#: How many seconds threads may take to finish their work.
PATIENCE = 60
#: LEASE is longer than the lease of a claim; DOUBT is longer than a sent message may be missing in the carrier's list.
LEASE, LOOK, DOUBT = 31, 16, 121


class OutboxHarness:
    def __init__(self, webhooks: WebhookHarness, clock: Clock, patch: pytest.MonkeyPatch) -> None:
        self.webhooks, self.clock, self.patch = webhooks, clock, patch
        self.rt = webhooks.stack.runtime
        # The clock stands still, so a thread must not wait for its turn.
        self.rt.replace_part(rules, Rules(soon=0))
        self.clear_faults()

    def clean_up(self) -> None:
        self.clear_faults()
        self.webhooks.sim("POST", "/reset")

    def clear_faults(self) -> None:
        self.webhooks.sim("DELETE", "/faults")

    def open(self) -> Conversation:
        return self.webhooks.open()

    def change_settings(self, **settings: Any) -> None:
        self.patch.setattr(self.rt, "settings", replace(self.rt.settings, **settings))

    def fault(self, do: str, on: str = "rest:messages", method: str = "POST", **more: Any) -> None:
        self.webhooks.sim("POST", "/faults", rules={"on": on, "do": do, "method": method, **more})

    def send(self, conversation: Conversation, body: str) -> Any:
        self.clock.advance(0.001)
        return conversation.session.participants(conversation.bob_sid).message_interactions.create(body=body)

    def claim(self) -> list[OutgoingClaim]:
        """Claims messages as a thread does that only takes those that are due now."""
        return self.rt.part(run.OutboxWorker).claim(ACCOUNT, [Receiver(ACCOUNT, self.webhooks.sid, run.LANES[0])])

    def run_job(self, *seconds: float) -> None:
        """Runs the job now, and again after each of these waits; each run ends when its threads have ended."""
        for each in (0, *seconds):
            self.clock.advance(each)
            run.send_due(self.rt, self.webhooks.sid, ACCOUNT)
            assert self.rt.part(run.OutboxWorker).wait(PATIENCE)
        assert self.webhooks.sim("GET", "/settle")["settled"]

    def received(self, phone: str) -> list[str]:
        return [body for _, body in self.webhooks.inbox(phone)]

    def state(self, sent: Any) -> tuple[str, Any]:
        """The Interaction's outbound status, and the SID of its message at the carrier."""
        found = sent.fetch()
        return found.outbound_resource_status, found.outbound_resource_sid

    def statuses(self, conversation: Conversation) -> list[str]:
        return [one.outbound_resource_status for one in conversation.session.interactions.list()]

    def sent_sids(self, phone: str) -> list[str]:
        """SIDs of the messages that the carrier has sent to this phone, oldest first."""
        return [str(one.sid) for one in reversed(self.webhooks.client.messages.list(to=phone))]

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
        url = f"{self.webhooks.stack.url}/ops/v1/outbox/{self.webhooks.sid}{path}"
        return requests.request(method, url, params=query, auth=(user, password), timeout=30)

    def post_status(self, interaction: str, resource: str, status: str, **more: str) -> None:
        form = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status, **more}
        assert self.webhooks.post(form, url=self.webhooks.status_url(interaction)).status_code == 200

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event["d"] for event in self.webhooks.events() if event["t"] == kind]

    def keys_left(self) -> list[str]:
        """The outbox's keys that are left in the store; after its work there should be none."""
        patterns = ("outgoing:*", "line:*", "lines", "queued", "parked", "held", "held-line:*")
        client = self.rt.store.client
        return sorted(
            key.decode().rpartition("}:")[2]
            for name in patterns
            for key in client.scan_iter(f"{keys.service('service', self.webhooks.sid).rpartition(':')[0]}:{name}", 1000)
        )
