"""Refuses a webhook: the sender gets a bare 403, the operator a message that says how to fix it."""

from __future__ import annotations

from typing import NoReturn

from flask import Response, abort, request

from carrier.signature import is_signature_at, url_variants
from common.model import Account
from common.security_events import Kind
from common.sids import is_sid
from proxy.context import runtime
from proxy.security import note_request
from proxy.webhooks.refusal_counter import Reason, RefusalCounter
from proxy.webhooks.request import Refusal

Fields = list[tuple[str, list[str]]]

#: Headers that may contain the host to which the carrier sent the request.
HOST_HEADERS = ("Host", "X-Forwarded-Host", "X-Original-Host")
REPOINT = "run: flask numbers repoint --all"
MESSAGES = {
    Reason.SERVICE: "there is no such Service. A number at the carrier still uses webhooks of a deleted Service or of "
    "another installation: change its webhooks at the carrier",
    Reason.FORM: "the body is not a form. A reverse proxy may have changed the Content-Type: forward it unchanged",
    Reason.UNSIGNED: "it has no X-Twilio-Signature, or what cannot be one. It is not from the carrier, or a reverse "
    "proxy removes the header: forward it",
    Reason.ACCOUNT: "it is for another account of the carrier. Check the account's carrier SID (flask accounts add)",
    Reason.TOKEN: "its URL was never given to the carrier, or was made with another key ring. If a number has it, "
    f"{REPOINT}",
    Reason.URL_ENDED: "its URL is older than two replay windows. Either somebody sent an old request again, or the "
    f"number's URL at the carrier was not renewed: {REPOINT}",
    Reason.OTHER_NUMBER: "it came to Twilio's own path for a number that is not in this Service. Check the Service in "
    "the <Redirect> of your app",
    Reason.NOT_NEW: "it came to Twilio's own path for a call that is over, or a message that the carrier does not have "
    "or that is older than the replay window: somebody sent an old request again",
}


def refuse(refusal: Refusal) -> NoReturn:
    reason = refusal.reason
    if reason is Reason.FIELD:
        where = f"missing, repeated, in the URL, or has the wrong format. Path: {_safe_path()}"
        _refuse(reason, f"{refusal.field} is {where}")
    if refusal.account is not None and refusal.form is not None:
        _refuse_signature(refusal.account, list(refusal.form.fields.items()))
    _refuse(reason, MESSAGES[reason])


def _refuse(reason: Reason, message: str) -> NoReturn:
    """`message` must not contain anything from the request."""
    runtime().part(RefusalCounter).count(reason, message)
    note_request(Kind.WEBHOOK_REFUSED, service=_service_sid(reason), reason=reason)
    abort(403)


def _refuse_signature(account: Account, fields: Fields) -> NoReturn:
    signature = request.headers["X-Twilio-Signature"]
    public_url = runtime().settings.public_url
    problem = f"its signature is not for {public_url}{_safe_path()}"
    signed = _find_signed_url(account, fields, signature) if runtime().part(RefusalCounter).may_compare() else None
    if signed is None:
        _refuse(
            Reason.SIGNATURE,
            f"{problem}, nor for a variant with another scheme, host, port or slash. Check the carrier's auth token of "
            f"{account.sid}, then {REPOINT}. If both are right, the request is not from the carrier",
        )
    base, slash = signed
    if base == public_url:
        _refuse(Reason.URL, f"{problem}, but for that URL {slash} a slash at its end. To fix it, {REPOINT}")
    _refuse(
        Reason.URL,
        f"{problem}, but for {base}{_safe_path()}. If the carrier should use that URL, write: PUBLIC_URL={base}. "
        f"If PUBLIC_URL is right, {REPOINT}",
    )


def _find_signed_url(account: Account, fields: Fields, signature: str) -> tuple[str, str] | None:
    """Which variant of our URL was signed: its base, and `with` or `without` a slash. Only for the message."""
    hosts = [host for name in HOST_HEADERS if (host := request.headers.get(name))]
    query = request.query_string.decode("latin-1")
    path = request.path.rstrip("/")
    settings, tokens = runtime().settings, account.carrier_tokens(runtime().now_ms())
    for base in url_variants(settings.public_url, hosts, settings.port):
        for end, slash in (("", "without"), ("/", "with")):
            url = f"{base}{path}{end}{'?' + query if query else ''}"
            if any(is_signature_at(token, url, fields, signature) for token in tokens):
                return base, slash
    return None


def _service_sid(reason: Reason) -> str | None:
    """The Service in the path, if it exists."""
    return None if reason == Reason.SERVICE else (request.view_args or {}).get("service_sid")


def _safe_path() -> str:
    """The path of the request with `…` for its tokens and for anything that the sender could choose."""
    rule = request.url_rule.rule if request.url_rule else "/…"
    arguments = request.view_args or {}
    for name, value in arguments.items():
        rule = rule.replace(f"<{name}>", value if name == "service_sid" and is_sid(value, "KS") else "…")
    return rule


def count_wrong_path(response: Response) -> Response:
    """Runs after every request: the webhook URL of a number may have a wrong path, or use GET."""
    if request.routing_exception is not None and request.path.startswith("/webhooks/"):
        problem = "webhooks use POST" if response.status_code == 405 else "there is no webhook at its path"
        runtime().part(RefusalCounter).count(Reason.PATH, f"{problem}. To fix it, {REPOINT}")
    return response
