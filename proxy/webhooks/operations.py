"""Every webhook of the carrier by the word in its path, and the steps from its request to the TwiML that answers it.

The path is /webhooks/<service_sid>/<word>/<argument>/…; Flask (views.py) and the event loop (proxy/edge) both use this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from common.runtime import Runtime
from common.steps import Steps
from proxy.webhooks import message, status, voice
from proxy.webhooks.refusal_counter import Reason
from proxy.webhooks.request import Refusal, WebhookRequest
from services.snapshot import ServiceSnapshot, require_current, with_snapshot

OF_NUMBER = ("token",)
#: The token cannot be guessed, and is valid for one purpose.
OF_INTERACTION = ("interaction_sid", "token")


class Webhook(NamedTuple):
    """`arguments`: their names in the path. `operation` takes them after the request, and ends with TwiML."""

    arguments: tuple[str, ...]
    operation: Callable[..., Steps[str]]


WEBHOOKS = {
    "message": Webhook(OF_NUMBER, message.receive),
    "voice": Webhook(OF_NUMBER, voice.receive),
    "status": Webhook(OF_INTERACTION, status.note),
    "whisper": Webhook(OF_INTERACTION, voice.ask_callee),
    "ended": Webhook(OF_INTERACTION, voice.end),
    "connect": Webhook(OF_INTERACTION, voice.connect),
    "placed": Webhook(OF_INTERACTION, voice.note_placed),
}
#: Twilio's own paths, /v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/<word>: a customer's <Redirect> only
#: needs another host.
AT_TWILIO_PATHS = {"Message": message.receive, "Call": voice.receive}


def begin(
    rt: Runtime, operation: Callable[..., Steps[str]], request: WebhookRequest, service_sid: str, *arguments: str
) -> Steps[str]:
    """Ends with TwiML. Raises NotFound if there is no such Service, Refusal, WebhookRejected."""

    def act(snapshot: ServiceSnapshot) -> Steps[str]:
        try:
            return (yield from operation(rt, snapshot, request, *arguments))
        except Refusal as refusal:
            if refusal.reason is Reason.SIGNATURE and snapshot.service.account_sid != rt.settings.twilio_account_sid:
                # Another process may have changed the account's auth token.
                yield from require_current(snapshot)
            raise

    return with_snapshot(rt, service_sid, act)
