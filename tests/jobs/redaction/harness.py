"""Sends texts, runs the job that redacts them at the carrier, and reads which texts the carrier still has."""

from __future__ import annotations

from typing import Any

import requests

from jobs import recurring
from storage import keys
from tests.support.reconciling import ReconcilingHarness
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Clock, Conversation, WebhookHarness

#: The Service's `RedactAfter` in seconds, and a time just after it.
AFTER, PAST = 60, 61
#: Seconds after which a claim that was not settled has expired.
LEASE = 181
States = tuple[str | None, str | None]


class RedactionHarness:
    """Runs the job that redacts texts at the carrier. `reconciling` sends the texts and makes the carrier fail."""

    def __init__(self, webhooks: WebhookHarness, clock: Clock) -> None:
        self.webhooks, self.clock = webhooks, clock
        self.reconciling = ReconcilingHarness(webhooks, clock)
        self.store = self.reconciling.store

    def clean_up(self) -> None:
        self.reconciling.clean_up()

    def turn_on(self, seconds: int = AFTER) -> None:
        assert self.webhooks.set_fields(RedactAfter=str(seconds)).status_code == 200

    def run_job(self, *seconds: float) -> None:
        """Advances the clock by each number of seconds and runs the job after each step."""
        for each in seconds:
            self.clock.advance(each)
            recurring.redact()

    def refuse(self, code: int, **more: Any) -> None:
        self.reconciling.fault(("rest:messages", "refuse"), code=code, method="POST", **more)

    def carrier_copies(self) -> list[tuple[str, str]]:
        """Direction and text of each message at the carrier, oldest first."""
        return [(str(one.direction), str(one.body)) for one in reversed(self.webhooks.client.messages.list())]

    def carrier_texts(self) -> list[str]:
        return [body for _, body in self.carrier_copies()]

    def shown_interactions(self, conversation: Conversation) -> list[dict[str, Any]]:
        """Interactions with Maskline's own fields, oldest first."""
        answer = requests.get(
            str(conversation.session.fetch().links["interactions"]), auth=(ACCOUNT, TOKEN), timeout=30
        )
        found: list[dict[str, Any]] = answer.json()["interactions"]
        return found

    def states(self, conversation: Conversation) -> States:
        (one,) = self.shown_interactions(conversation)
        return one["inbound_redaction"], one["outbound_redaction"]

    def codes(self, conversation: Conversation) -> tuple[int | None, int | None]:
        (one,) = self.shown_interactions(conversation)
        return one["inbound_redaction_code"], one["outbound_redaction_code"]

    def waiting_sids(self) -> list[str]:
        """The carrier's SIDs that wait for redaction; checks that both keys hold the same SIDs."""
        client: Any = self.store.client
        waits = client.zrange(keys.service("redactions", self.webhooks.sid), 0, -1)
        known = client.hgetall(keys.service("redacting", self.webhooks.sid))
        assert sorted(waits) == sorted(known)
        return sorted(sid.decode() for sid in waits)
