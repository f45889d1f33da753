"""What a customer does: sets the URLs of a Service, looks at deliveries, and has the courier run."""

from __future__ import annotations

import time
from typing import Any

import requests

from callbacks import run
from jobs import recurring
from storage import keys
from tests.callbacks.deliveries.receiver import PATIENCE_SECONDS, Receiver, Told
from tests.proxy.webhooks.scene import Scene, Talk
from tests.support.stack import ACCOUNT, TOKEN


class Customer:
    def __init__(self, scene: Scene, receiver: Receiver) -> None:
        self.scene, self.receiver, self.rt = scene, receiver, scene.stack.runtime
        self.auth = (ACCOUNT, TOKEN)

    @property
    def sid(self) -> str:
        return self.scene.sid

    def call(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        auth = more.pop("auth", self.auth)
        url = path if path.startswith("http") else f"{self.scene.stack.url}{path}"
        answer = requests.request(method, url, auth=auth, timeout=30, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def set(self, **fields: Any) -> Any:
        return self.call("POST", f"/proxy/v1/Services/{self.sid}", data=fields)

    def listen(self, **more: Any) -> None:
        """To both, each on a path of its own."""
        url = self.receiver.url
        self.set(CallbackUrl=f"{url}/callback?key=k%20ey", EventsUrl=f"{url}/events?key=k%20ey", **more)

    def leave(self) -> None:
        """The next test's run must not come back to what failed here."""
        self.set(CallbackUrl="", EventsUrl="", EndCalls="false")
        client = self.rt.store.client
        for key in client.scan_iter(f"{{{self.sid}}}:lane*"):
            client.delete(key)

    def run(self) -> None:
        """Until all that is due now was tried."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            recurring.deliver()
            assert self.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
            if not self.due():
                return
            assert time.monotonic() < until

    def due(self) -> int:
        client, now = self.rt.store.client, self.scene.clock.now if self.scene.clock else 0
        lanes = (keys.service("lanes", self.sid, kind) for kind in ("callback", "event", "hangup"))
        return sum(int(client.zcount(key, "-inf", now)) for key in lanes)

    def later(self, seconds: float) -> None:
        assert self.scene.clock
        self.scene.clock.advance(seconds)
        self.run()

    def deliveries(self, **asked: Any) -> list[dict[str, Any]]:
        page = self.call("GET", "/events/v1/Deliveries", params=asked or {"Service": self.sid})
        found: list[dict[str, Any]] = page["deliveries"]
        while page["meta"]["next_page_url"]:
            page = self.call("GET", page["meta"]["next_page_url"])
            found += page["deliveries"]
        return found

    def one(self, **wanted: Any) -> dict[str, Any]:
        fitting = [row for row in self.deliveries() if wanted.items() <= row.items()]
        assert len(fitting) == 1, fitting
        return fitting[0]

    def callbacks(self) -> list[Told]:
        return self.receiver.at("/callback")

    def events(self, *types: str) -> list[dict[str, Any]]:
        found = [told.event for told in self.receiver.at("/events")]
        return [event for event in found if not types or event["type"] in types]

    def status(self, interaction: str, resource: str, status: str, **more: str) -> None:
        """What the carrier says of the outbound leg."""
        fields = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status, **more}
        assert self.scene.post(fields, url=self.scene.status_url(interaction)).status_code == 200

    def talk(self, **fields: Any) -> Talk:
        return self.scene.open(**fields)
