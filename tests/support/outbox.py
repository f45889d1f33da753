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

#: For threads to end what they began.
PATIENCE = 60
#: Beyond the lease of a claim, and beyond the time in which the carrier's list would have what went out.
LEASE, LOOK, DOUBT = 41, 16, 121


class OutboxHarness:
    def __init__(self, webhooks: WebhookHarness, clock: Clock, patch: pytest.MonkeyPatch) -> None:
        self.webhooks, self.clock, self.patch = webhooks, clock, patch
        self.rt = webhooks.stack.runtime
        # Nobody waits for a turn on a clock that stands still.
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
        """As a thread does it that is kept for what is due now."""
        return self.rt.part(run.OutboxWorker).claim(ACCOUNT, [Receiver(ACCOUNT, self.webhooks.sid, run.LANES[0])])

    def run_job(self, *seconds: float) -> None:
        """One run of the job now, and one after each of these times; until its threads have ended."""
        for each in (0, *seconds):
            self.clock.advance(each)
            run.send_due(self.rt, self.webhooks.sid, ACCOUNT)
            assert self.rt.part(run.OutboxWorker).wait(PATIENCE)
        assert self.webhooks.sim("GET", "/settle")["settled"]

    def received(self, phone: str) -> list[str]:
        return [body for _, body in self.webhooks.inbox(phone)]

    def state(self, sent: Any) -> tuple[str, Any]:
        """Of the Interaction: status, and whose message at the carrier it is."""
        found = sent.fetch()
        return found.outbound_resource_status, found.outbound_resource_sid

    def statuses(self, conversation: Conversation) -> list[str]:
        return [one.outbound_resource_status for one in conversation.session.interactions.list()]

    def sent_sids(self, phone: str) -> list[str]:
        """SIDs of what the carrier has sent to this phone, oldest first."""
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
        """Keys of the outbox of which nothing should stay."""
        patterns = ("outgoing:*", "line:*", "lines", "queued", "parked", "held", "held-line:*")
        client = self.rt.store.client
        return sorted(
            key.decode().rpartition("}:")[2]
            for name in patterns
            for key in client.scan_iter(f"{keys.service('service', self.webhooks.sid).rpartition(':')[0]}:{name}", 1000)
        )
