"""What a test of reconciliation does and sees: it breaks the carrier, lets time pass, looks, and reads what stands."""

from __future__ import annotations

import time
from typing import Any

from jobs import recurring
from outbox import run as outbox
from storage import keys
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.support.stack import ACCOUNT

#: Until the first look at a message, and then until the look that may say it is lost.
FIRST, SECOND = 31, 121


class Watch:
    def __init__(self, scene: Scene, clock: Clock) -> None:
        self.scene, self.clock = scene, clock
        self.store = scene.stack.runtime.store
        self.mend()

    def anew(self) -> Watch:
        """With a Service of its own, now: the clock of a Service never goes back, and the carrier's does not move."""
        self.leave()
        self.clock.now = int(time.time() * 1000) - 2000
        return Watch(Scene(self.scene.stack, self.clock, numbers=2), self.clock)

    def leave(self) -> None:
        """Nobody looks for what this test left."""
        self.mend()
        self.scene.sim("POST", "/reset")
        self.store.client.delete(keys.service("watched", self.scene.sid))

    def mend(self) -> None:
        self.scene.sim("DELETE", "/faults")

    def fault(self, *rules: tuple[str, str], **more: Any) -> None:
        """Each rule: on, do."""
        self.scene.sim("POST", "/faults", rules=[{"on": on, "do": do, **more} for on, do in rules])

    def silence(self, but: str = "") -> None:
        """The carrier does everything and tells nothing, `but` one kind of webhook."""
        kinds = ("action", "statuses", "voice-action", "voice-fallback")
        self.fault(*((on, "drop") for on in kinds if on != but))

    def text(self, talk: Talk, body: str, **more: Any) -> str:
        """The MessageSid of what Alice texts, whatever becomes of it."""
        self.clock.advance(0.01)
        fields = {"from": talk.alice, "to": talk.alices, "body": body, **more}
        return str(self.scene.sim("POST", "/text?wait=1", **fields)["sid"])

    def lose(self, talk: Talk, body: str) -> str:
        """Our answer to it never reaches the carrier."""
        self.scene.sim("POST", "/faults", lose_answers=1000)
        sid = self.text(talk, body)
        self.scene.sim("POST", "/faults", lose_answers=0)
        return sid

    def again(self, talk: Talk, sid: str, body: str) -> str:
        """The webhook once more; the TwiML."""
        answer = self.scene.post(self.scene.form(talk.alice, talk.alices, body, sid=sid))
        assert answer.status_code == 200
        return answer.text

    def look(self, *seconds: float) -> None:
        for each in seconds:
            self.clock.advance(each)
            recurring.reconcile()

    def send(self) -> None:
        """What waits in the outbox."""
        for _ in range(3):
            recurring.send()
            assert self.scene.stack.runtime.part(outbox.OutboxWorker).wait(30)
            self.clock.advance(1)
        self.scene.sim("GET", "/settle")

    def tell(self, interaction: str, resource: str, status: str) -> None:
        form = {"AccountSid": ACCOUNT, "MessageSid": resource, "MessageStatus": status}
        assert self.scene.post(form, url=self.scene.status_url(interaction)).status_code == 200

    def all(self, talk: Talk) -> list[Any]:
        return list(talk.session.interactions.list())

    def one(self, talk: Talk) -> Any:
        (found,) = self.all(talk)
        return found

    def statuses(self, talk: Talk) -> list[str]:
        return [one.outbound_resource_status for one in self.all(talk)]

    def spoil(self, interaction: str) -> None:
        """Its text does not open any more."""
        key = keys.service("interaction", self.scene.sid, interaction)
        text: Any = self.store.client.get(key)
        self.store.client.set(key, text.replace(b'"sealed":"', b'"sealed":"AAAA'))

    def watched(self) -> int:
        return int(self.store.client.zcard(keys.service("watched", self.scene.sid)))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event["d"] for event in self.scene.events() if event["t"] == kind]

    def sent(self, phone: str) -> dict[str, str]:
        """SID -> text of what the carrier has for this phone."""
        found = self.scene.client.messages.list(to=phone)
        return {str(one.sid): str(one.body) for one in reversed(found)}

    def live(self, talk: Talk) -> bool:
        """Whether the Session has the mark of a live call."""
        answer = self.store.service("get_session", self.scene.sid, {"session": talk.session.fetch().sid})
        return bool(answer["session"].get("live"))
