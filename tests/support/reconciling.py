"""Makes the carrier lose webhooks, runs the job that reconciles, and reads what was recorded."""

from __future__ import annotations

import re
import time
from typing import Any

from jobs import recurring
from outbox import run as outbox
from storage import keys
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Clock, Conversation, WebhookHarness

#: Seconds until the first check of a message, and from there until the check that may find it lost.
FIRST, SECOND = 31, 121


class ReconcilingHarness:
    def __init__(self, webhooks: WebhookHarness, clock: Clock) -> None:
        self.webhooks, self.clock = webhooks, clock
        self.store = webhooks.stack.runtime.store
        self.clear_faults()

    def renew(self) -> ReconcilingHarness:
        """A harness with a new Service at the present time: a Service's clock never goes back to the carrier's."""
        self.clean_up()
        self.clock.now = int(time.time() * 1000) - 2000
        return ReconcilingHarness(WebhookHarness(self.webhooks.stack, self.clock, numbers=2), self.clock)

    def clean_up(self) -> None:
        """Clears faults, phones and watched messages, so that no later job looks for what this test left."""
        self.clear_faults()
        self.webhooks.sim("POST", "/reset")
        self.store.client.delete(keys.service("watched", self.webhooks.sid))

    def clear_faults(self) -> None:
        self.webhooks.sim("DELETE", "/faults")

    def fault(self, *rules: tuple[str, str], **more: Any) -> None:
        """Sets the carrier's faults. Each rule is a pair: the request (`on`) and what happens to it (`do`)."""
        self.webhooks.sim("POST", "/faults", rules=[{"on": on, "do": do, **more} for on, do in rules])

    def drop_webhooks(self, but: str = "") -> None:
        """The carrier does its work but sends no webhooks, except those of the kind `but`."""
        kinds = ("action", "statuses", "voice-action", "voice-fallback")
        self.fault(*((on, "drop") for on in kinds if on != but))

    def text(self, conversation: Conversation, body: str, **more: Any) -> str:
        """Alice sends a text. Returns its MessageSid, whether or not the text is delivered."""
        self.clock.advance(0.01)
        self.webhooks.renew_urls()
        fields = {"from": conversation.alice, "to": conversation.alices, "body": body, **more}
        return str(self.webhooks.sim("POST", "/text?wait=1", **fields)["sid"])

    def lose_answer(self, conversation: Conversation, body: str) -> str:
        """Alice sends a text, and our answer to its webhook never reaches the carrier."""
        self.webhooks.sim("POST", "/faults", lose_answers=1000)
        sid = self.text(conversation, body)
        self.webhooks.sim("POST", "/faults", lose_answers=0)
        return sid

    def repeat_webhook(self, conversation: Conversation, sid: str, body: str) -> str:
        """Posts the message's webhook once more. Returns the TwiML."""
        answer = self.webhooks.post(self.webhooks.message_form(conversation.alice, conversation.alices, body, sid=sid))
        assert answer.status_code == 200
        return answer.text

    def run_job(self, *seconds: float) -> None:
        for each in seconds:
            self.clock.advance(each)
            recurring.reconcile()

    def run_outbox(self) -> None:
        """Sends the messages that wait in the outbox."""
        for _ in range(3):
            recurring.send()
            assert self.webhooks.stack.runtime.part(outbox.OutboxWorker).wait(30)
            self.clock.advance(1)
        self.webhooks.sim("GET", "/settle")

    def post_status(self, interaction: str, resource: str, status: str) -> None:
        form = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status}
        assert self.webhooks.post(form, url=self.webhooks.status_url(interaction)).status_code == 200

    def interactions(self, conversation: Conversation) -> list[Any]:
        return list(conversation.session.interactions.list())

    def interaction(self, conversation: Conversation) -> Any:
        (found,) = self.interactions(conversation)
        return found

    def statuses(self, conversation: Conversation) -> list[str]:
        return [one.outbound_resource_status for one in self.interactions(conversation)]

    def damage_text(self, interaction: str) -> None:
        """Damages the Interaction's stored text, so that it cannot be decrypted any more."""
        key = keys.service("interaction", self.webhooks.sid, interaction)
        text: Any = self.store.client.get(key)
        self.store.client.set(key, re.sub(rb'("KC[0-9a-f]{32}",")', rb"\1AAAA", text))

    def count_watched(self) -> int:
        return int(self.store.client.zcard(keys.service("watched", self.webhooks.sid)))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event["d"] for event in self.webhooks.events() if event["t"] == kind]

    def sent_texts(self, phone: str) -> dict[str, str]:
        """SID -> text of each message to this phone in the carrier's list."""
        found = self.webhooks.client.messages.list(to=phone)
        return {str(one.sid): str(one.body) for one in reversed(found)}

    def has_live_call(self, conversation: Conversation) -> bool:
        """Whether the Session has the mark of a live call."""
        answer = self.store.service("get_session", self.webhooks.sid, {"session": conversation.session.fetch().sid})
        return bool(answer["session"].get("live"))
