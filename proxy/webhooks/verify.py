"""Checks that a request is from the carrier, and reads its fields. Any other request is refused and changes nothing.

Twilio's signature covers names and values without separators between them, so it still fits when somebody moves a
separator. Each known field must therefore appear exactly once, in the body, and match its pattern. An empty optional
field counts as missing; Form.refuse_hidden checks that a missing one was not hidden.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

from carrier.signature import is_genuine, is_well_formed
from carrier.webhook_urls import Purpose, read_number_token
from common.runtime import Runtime
from proxy.webhooks.refusal_counter import Reason
from proxy.webhooks.request import Form, Refusal, WebhookRequest, form_of
from services.snapshot import ServiceSnapshot

SID = "[0-9a-fA-F]{32}"
ADDRESS = re.compile(r"[^\x00-\x1f\x7f]{0,191}")
ACCOUNT_SID = re.compile(f"AC{SID}")
CALL_SID = re.compile(f"CA{SID}")
MESSAGE_SID = re.compile(f"(SM|MM){SID}")
NUMBER = re.compile("[0-9]{1,6}", re.ASCII)
STATUS = re.compile("[a-z_-]{2,30}")
#: A number in E.164, or a short code.
PROXY_NUMBER = re.compile(r"\+[0-9]{5,15}|[0-9]{3,8}", re.ASCII)

Patterns = Mapping[str, re.Pattern[str]]


class VerifiedRequest(NamedTuple):
    """`fields`: the known fields. `form`: all fields of the request."""

    fields: dict[str, str]
    form: Form


def verify_request(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, required: Patterns, optional: Patterns
) -> VerifiedRequest:
    """Raises Refusal unless the carrier signed the request and each field matches."""
    account = snapshot.account
    if account is None:
        raise Refusal(Reason.SERVICE)
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal(Reason.FORM)
    if not is_well_formed(request.signature):
        # proxy/edge/server.py does not even read the body of such a request.
        raise Refusal(Reason.UNSIGNED)
    form = form_of(request)
    url = f"{rt.settings.public_url}{request.path}{'?' + request.query if request.query else ''}"
    if not is_genuine(account.carrier_tokens(rt.now_ms()), url, form.fields.items(), request.signature):
        raise Refusal(Reason.SIGNATURE, account=account, form=form)
    present = {name: pattern for name, pattern in optional.items() if form.has(name)}
    fields = {name: form.one(name, pattern) for name, pattern in {**required, **present}.items()}
    if fields.get("AccountSid") != account.carrier_sid:
        raise Refusal(Reason.ACCOUNT)
    return VerifiedRequest(fields, form)


def require_token(rt: Runtime, purpose: Purpose, service_sid: str, interaction_sid: str, token: str) -> None:
    """Raises Refusal unless the token in the path is ours: a signed request could be sent to another path."""
    expected = rt.index.proof(purpose, service_sid, interaction_sid)
    if not hmac.compare_digest(expected.encode(), token.encode()):
        raise Refusal(Reason.TOKEN)


def require_number_token(rt: Runtime, service_sid: str, token: str) -> int:
    """When the window of the token in a number's URL began (ms). Raises Refusal unless it is one of ours."""
    since_ms = read_number_token(rt, service_sid, token)
    if since_ms is None:
        raise Refusal(Reason.TOKEN)
    return since_ms


def seconds(fields: Mapping[str, str], name: str) -> int | None:
    return int(fields[name]) if fields.get(name) else None
