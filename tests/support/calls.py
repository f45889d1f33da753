"""Plays calls: orders them by the API, sends the carrier's webhooks, and reads what each phone has heard."""

from __future__ import annotations

from typing import Any

import requests

from common.sids import new
from simulator.voice.model import Call
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.stored import session_text
from tests.support.telephones import heard, said
from tests.support.webhooks import Clock, Conversation, WebhookHarness

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


class CallsHarness(WebhookHarness):
    def __init__(self, stack: Stack, clock: Clock, numbers: int) -> None:
        super().__init__(stack, clock, numbers)
        self.changed = set[str]()

    @property
    def time(self) -> Clock:
        assert self.clock
        return self.clock

    # --- the API ---------------------------------------------------------------------------------------------------

    def request(self, method: str, path: str = "", auth: Any = (ACCOUNT, TOKEN), **fields: str) -> requests.Response:
        url = f"{self.stack.url}/proxy/v1/Services/{self.sid}{path}"
        return requests.request(method, url, data=fields or None, auth=auth, timeout=60)

    def set_for_this_test(self, **fields: str) -> None:
        """Changes the Service for this test alone."""
        self.changed |= set(fields)
        assert self.set_fields(**fields).status_code == 200

    def restore_fields(self) -> None:
        if self.changed:
            assert self.set_fields(**{name: DEFAULTS[name] for name in self.changed}).status_code == 200
        self.changed.clear()

    def order_call(self, conversation: Conversation, first: str | None = None) -> requests.Response:
        """Orders a call by the API (click to call). It rings Bob first unless `first` names another Participant."""
        return self.request(
            "POST", f"/Sessions/{self.session_sid(conversation)}/Calls", Participant=first or conversation.bob_sid
        )

    def session_sid(self, conversation: Conversation) -> str:
        return str(conversation.session.fetch().sid)

    def interactions(self, conversation: Conversation) -> list[dict[str, Any]]:
        path = f"/Sessions/{self.session_sid(conversation)}/Interactions"
        found: list[dict[str, Any]] = self.request("GET", path).json()["interactions"]
        return found

    def interaction(self, conversation: Conversation) -> dict[str, Any]:
        (found,) = self.interactions(conversation)
        return found

    def interaction_of_call(self, conversation: Conversation, call_sid: str) -> dict[str, Any]:
        (found,) = (one for one in self.interactions(conversation) if one["inbound_resource_sid"] == call_sid)
        return found

    def alice_sid(self, conversation: Conversation) -> str:
        return str(next(p.sid for p in conversation.session.participants.list() if p.sid != conversation.bob_sid))

    def status(self, conversation: Conversation) -> str:
        return str(conversation.session.fetch().status)

    def has_live_call(self, conversation: Conversation) -> bool:
        """Whether the Session has the mark of a live call, even if that mark has expired."""
        client = self.stack.runtime.store.client
        packed = session_text(client, self.sid, self.session_sid(conversation))
        return bool(client.eval("return cmsgpack.unpack(ARGV[1])[14] and 1 or 0", 0, packed))

    def sweep(self) -> None:
        self.stack.runtime.store.service("sweep", self.sid, {})

    # --- the carrier -----------------------------------------------------------------------------------------------

    def voice_form(self, sender: str, called: str, status: str = "ringing", sid: str | None = None) -> Form:
        who = {"From": sender, "To": called, "Caller": sender, "Called": called}
        sid = sid or new("CA")
        kind = {"CallStatus": status, "Direction": "inbound", "ApiVersion": "2010-04-01"}
        return {"AccountSid": ACCOUNT, "CallSid": sid, **who, **kind, **PLACES}

    def child_form(self, conversation: Conversation, status: str, sid: str, parent: str = "", **more: str) -> Form:
        form = {
            **self.voice_form(conversation.bobs, conversation.bob, status, sid),
            "Direction": "outbound-dial",
            **more,
        }
        return {**form, "ParentCallSid": parent or new("CA"), "CallbackSource": "call-progress-events"}

    def webhook_url(self, purpose: str, interaction: str, token: str | None = None) -> str:
        return self.url(f"{purpose}/{interaction}/{token or self.proof(purpose, interaction)}")

    def proof(self, purpose: str, interaction: str) -> str:
        return self.stack.runtime.index.proof(purpose, self.sid, interaction)

    def start_inbound_call(
        self, conversation: Conversation, sid: str | None = None, status: str = "ringing"
    ) -> tuple[Form, str]:
        """Posts the webhook of a call from Alice; no phone rings yet. Returns the form and the Interaction's SID."""
        form = self.voice_form(conversation.alice, conversation.alices, status, sid)
        assert "<Dial" in self.post(form, self.url("voice")).text
        return form, str(self.interaction_of_call(conversation, form["CallSid"])["sid"])

    def post_status(self, interaction: str, form: Form, purpose: str = "status") -> requests.Response:
        return self.post(form, self.webhook_url(purpose, interaction))

    def action_form(self, form: Form, status: str, child: str = "", bridged: bool = False, **more: str) -> Form:
        """The form that the carrier posts to a Dial's action URL, for the call that came with `form`."""
        leg = {"DialCallSid": child} if child else {}
        return {**form, "DialCallStatus": status, "DialBridged": str(bridged).lower(), **leg, **more}

    # --- phones ----------------------------------------------------------------------------------------------------

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sim("GET", "/calls")["calls"]
        return found

    def hold_call(self, form: Form) -> None:
        """Makes the call of a webhook's form known at the carrier, as every genuine call is."""
        state = self.stack.carrier.carrier.state
        call = Call(form["CallSid"], ACCOUNT, "inbound", form["From"], form["To"], next(state.seq))
        call.status = form["CallStatus"]
        state.add_call(call)

    def settle(self) -> None:
        assert self.sim("GET", "/settle")["settled"]

    def rings(self, phone: str) -> list[str]:
        """The caller ids that this phone showed each time it rang."""
        return [str(one["text"]) for one in heard(self, phone) if one["kind"] == "ring"]

    def heard_sentences(self, phone: str) -> list[str]:
        return said(self, phone)

    def carrier_requests(self, kind: str = "") -> list[dict[str, Any]]:
        """The requests that the carrier posted to us."""
        found: list[dict[str, Any]] = self.sim("GET", f"/requests?kind={kind}")["requests"]
        return found
