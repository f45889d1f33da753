"""A Scene with telephones: the parts of the API that no SDK knows, the carrier's forms of a call, who heard what."""

from __future__ import annotations

from typing import Any

import requests

from common.sids import new
from storage import keys
from tests.proxy.webhooks.scene import Clock, Scene, Talk
from tests.proxy.webhooks.telephony import heard, said
from tests.support.stack import ACCOUNT, TOKEN, Stack

Form = dict[str, str]
DEFAULTS = {
    "Whisper": "false", "EndCalls": "false", "RingTimeout": "25", "CallTimeLimit": "14400", "Language": "",
    "CallbackUrl": "", "EventsUrl": "", "OutOfSessionCallbackUrl": "", "InterceptCallbackUrl": "",
}  # fmt: skip
PLACES = {
    f"{side}{place}": value
    for side in ("From", "To", "Caller", "Called")
    for place, value in (("City", "XANADUVILLE"), ("State", "ZZ"), ("Zip", "00999"), ("Country", "US"))
}


class Stage(Scene):
    def __init__(self, stack: Stack, clock: Clock, numbers: int) -> None:
        super().__init__(stack, clock, numbers)
        self.changed = set[str]()

    @property
    def time(self) -> Clock:
        assert self.clock
        return self.clock

    # --- the API ---------------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str = "", auth: Any = (ACCOUNT, TOKEN), **fields: str) -> requests.Response:
        url = f"{self.stack.url}/proxy/v1/Services/{self.sid}{path}"
        return requests.request(method, url, data=fields or None, auth=auth, timeout=60)

    def arrange(self, **fields: str) -> None:
        """Changes the Service for this test alone."""
        self.changed |= set(fields)
        assert self.set(**fields).status_code == 200

    def restore(self) -> None:
        if self.changed:
            assert self.set(**{name: DEFAULTS[name] for name in self.changed}).status_code == 200
        self.changed.clear()

    def place(self, talk: Talk, first: str | None = None) -> requests.Response:
        """Click to call; rings Bob first if nobody else is named."""
        return self.ask("POST", f"/Sessions/{self.session(talk)}/Calls", Participant=first or talk.bob_sid)

    def session(self, talk: Talk) -> str:
        return str(talk.session.fetch().sid)

    def interactions(self, talk: Talk) -> list[dict[str, Any]]:
        path = f"/Sessions/{self.session(talk)}/Interactions"
        found: list[dict[str, Any]] = self.ask("GET", path).json()["interactions"]
        return found

    def interaction(self, talk: Talk) -> dict[str, Any]:
        (found,) = self.interactions(talk)
        return found

    def of_call(self, talk: Talk, call_sid: str) -> dict[str, Any]:
        (found,) = (one for one in self.interactions(talk) if one["inbound_resource_sid"] == call_sid)
        return found

    def alice_sid(self, talk: Talk) -> str:
        return str(next(p.sid for p in talk.session.participants.list() if p.sid != talk.bob_sid))

    def status(self, talk: Talk) -> str:
        return str(talk.session.fetch().status)

    def live(self, talk: Talk) -> bool:
        """Whether the Session counts a call as going on, though its mark may have run out."""
        script = "return cjson.encode(cmsgpack.unpack(redis.call('GET', KEYS[1]))[15])"
        key = keys.service("session", self.sid, self.session(talk))
        return bool(self.stack.runtime.store.client.eval(script, 1, key) not in (b"false", b"null"))

    def sweep(self) -> None:
        self.stack.runtime.store.service("sweep", self.sid, {})

    # --- the carrier -----------------------------------------------------------------------------------------------

    def voice_form(self, sender: str, called: str, status: str = "ringing", sid: str | None = None) -> Form:
        who = {"From": sender, "To": called, "Caller": sender, "Called": called}
        sid = sid or new("CA")
        kind = {"CallStatus": status, "Direction": "inbound", "ApiVersion": "2010-04-01"}
        return {"AccountSid": ACCOUNT, "CallSid": sid, **who, **kind, **PLACES}

    def child_form(self, talk: Talk, status: str, sid: str, parent: str = "", **more: str) -> Form:
        form = {**self.voice_form(talk.bobs, talk.bob, status, sid), "Direction": "outbound-dial", **more}
        return {**form, "ParentCallSid": parent or new("CA"), "CallbackSource": "call-progress-events"}

    def address(self, purpose: str, interaction: str, token: str | None = None) -> str:
        return self.url(f"{purpose}/{interaction}/{token or self.proof(purpose, interaction)}")

    def proof(self, purpose: str, interaction: str) -> str:
        return self.stack.runtime.index.proof(purpose, self.sid, interaction)

    def come_in(self, talk: Talk, sid: str | None = None, status: str = "ringing") -> tuple[Form, str]:
        """Alice calls, and no phone rings yet; the form, and the Interaction's SID."""
        form = self.voice_form(talk.alice, talk.alices, status, sid)
        assert "<Dial" in self.post(form, self.url("voice")).text
        return form, str(self.of_call(talk, form["CallSid"])["sid"])

    def tell(self, interaction: str, form: Form, purpose: str = "status") -> requests.Response:
        return self.post(form, self.address(purpose, interaction))

    def action_form(self, form: Form, status: str, child: str = "", bridged: bool = False, **more: str) -> Form:
        """What a Dial's action is told of the call that came with `form`."""
        leg = {"DialCallSid": child} if child else {}
        return {**form, "DialCallStatus": status, "DialBridged": str(bridged).lower(), **leg, **more}

    # --- phones ----------------------------------------------------------------------------------------------------

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sim("GET", "/calls")["calls"]
        return found

    def settle(self) -> None:
        assert self.sim("GET", "/settle")["settled"]

    def rings(self, phone: str) -> list[str]:
        """The caller ids with which it rang."""
        return [str(one["text"]) for one in heard(self, phone) if one["kind"] == "ring"]

    def sentences(self, phone: str) -> list[str]:
        return said(self, phone)

    def posted(self, kind: str = "") -> list[dict[str, Any]]:
        """What the carrier posted to us."""
        found: list[dict[str, Any]] = self.sim("GET", f"/requests?kind={kind}")["requests"]
        return found
