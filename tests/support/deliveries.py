"""Sets the callback URLs of a Service, runs the job that delivers, and reads what the customer's app has received."""

from __future__ import annotations

import time
from typing import Any

import requests

from callbacks import run
from jobs import recurring
from storage import keys
from tests.support.app_server import PATIENCE_SECONDS, AppRequest, Receiver
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, WebhookHarness


class DeliveriesHarness:
    def __init__(self, webhooks: WebhookHarness, receiver: Receiver) -> None:
        self.webhooks, self.receiver, self.rt = webhooks, receiver, webhooks.stack.runtime
        self.auth = (ACCOUNT, TOKEN)

    @property
    def sid(self) -> str:
        return self.webhooks.sid

    def request(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        auth = more.pop("auth", self.auth)
        url = path if path.startswith("http") else f"{self.webhooks.stack.url}{path}"
        answer = requests.request(method, url, auth=auth, timeout=30, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def set_fields(self, **fields: Any) -> Any:
        return self.request("POST", f"/proxy/v1/Services/{self.sid}", data=fields)

    def subscribe(self, **more: Any) -> None:
        """Sets both the callback URL and the events URL, each with its own path."""
        url = self.receiver.url
        self.set_fields(CallbackUrl=f"{url}/callback?key=k%20ey", EventsUrl=f"{url}/events?key=k%20ey", **more)

    def clean_up(self) -> None:
        """Removes failed deliveries, so that the next test's job does not try them again."""
        self.set_fields(CallbackUrl="", EventsUrl="", EndCalls="false")
        client = self.rt.store.client
        for key in client.scan_iter(f"{{{self.sid}}}:lane*"):
            client.delete(key)

    def run_job(self) -> None:
        """Runs the job until it has tried everything that is due now."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            recurring.deliver()
            assert self.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
            if not self.due():
                return
            assert time.monotonic() < until

    def due(self) -> int:
        client, now = self.rt.store.client, self.webhooks.clock.now if self.webhooks.clock else 0
        lanes = (keys.service("lanes", self.sid, kind) for kind in ("callback", "event", "hangup"))
        return sum(int(client.zcount(key, "-inf", now)) for key in lanes)

    def run_later(self, seconds: float) -> None:
        assert self.webhooks.clock
        self.webhooks.clock.advance(seconds)
        self.run_job()

    def deliveries(self, **asked: Any) -> list[dict[str, Any]]:
        page = self.request("GET", "/events/v1/Deliveries", params=asked or {"Service": self.sid})
        found: list[dict[str, Any]] = page["deliveries"]
        while page["meta"]["next_page_url"]:
            page = self.request("GET", page["meta"]["next_page_url"])
            found += page["deliveries"]
        return found

    def delivery(self, **wanted: Any) -> dict[str, Any]:
        fitting = [row for row in self.deliveries() if wanted.items() <= row.items()]
        assert len(fitting) == 1, fitting
        return fitting[0]

    def callbacks(self) -> list[AppRequest]:
        return self.receiver.at("/callback")

    def events(self, *types: str) -> list[dict[str, Any]]:
        found = [told.event for told in self.receiver.at("/events")]
        return [event for event in found if not types or event["type"] in types]

    def post_status(self, interaction: str, resource: str, status: str, **more: str) -> None:
        """Posts the carrier's status callback for the outbound message."""
        fields = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status, **more}
        assert self.webhooks.post(fields, url=self.webhooks.status_url(interaction)).status_code == 200

    def open(self, **fields: Any) -> Conversation:
        return self.webhooks.open(**fields)
