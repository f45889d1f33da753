"""A webhook that is refused: 403 without a word to whoever sent it, and a sentence for whoever runs this."""

from __future__ import annotations

from typing import NoReturn

from flask import Response, abort, request

from carrier.signature import is_signature_at, url_variants
from common.model import Account
from common.sids import is_sid
from proxy.edge import runtime
from proxy.webhooks.refusal_count import Reason, Refusals

Fields = list[tuple[str, list[str]]]

#: Headers in which a host that the carrier asked may stand.
HOSTS = ("Host", "X-Forwarded-Host", "X-Original-Host")
SENTENCES = {
    Reason.SERVICE: "no such Service. A number at the carrier still leads to a Service that is gone, or that another "
    "installation has: change its webhooks at the carrier",
    Reason.FORM: "it is no form. A proxy in front of us may have changed its Content-Type: pass it on as it comes",
    Reason.UNSIGNED: "it has no X-Twilio-Signature. Either it is not from the carrier, or a proxy in front of us takes "
    "the header out: pass it on",
    Reason.ACCOUNT: "it is of another account of the carrier. Check the account's carrier SID (flask accounts add)",
    Reason.TOKEN: "this address was never given to the carrier, or with another SECRET_KEY",
}
REPOINT = "then let the numbers lead there: flask numbers repoint --all"


def refuse(reason: Reason, detail: str = "") -> NoReturn:
    """`detail` is ours: never what the request says."""
    runtime().part(Refusals).note(reason, detail or SENTENCES[reason])
    abort(403)


def refuse_field(name: str) -> NoReturn:
    refuse(Reason.FIELD, f"{name} is missing, there twice, in the URL, or not of its kind. {_where()}")


def refuse_signature(account: Account, fields: Fields) -> NoReturn:
    given = request.headers.get("X-Twilio-Signature")
    if not given:
        refuse(Reason.UNSIGNED)
    public_url = runtime().settings.public_url
    begun = f"its signature is not that of {public_url}{_path()}"
    found = _signed(account, fields, given) if runtime().part(Refusals).may_compare() else None
    if found is None:
        refuse(
            Reason.SIGNATURE,
            f"{begun}, nor of that URL with another scheme, host, port or slash. Check the carrier's auth token of "
            f"{account.sid}, then the numbers' webhooks (flask numbers repoint --all); else it is not the carrier's",
        )
    base, slash = found
    if base == public_url:
        refuse(Reason.URL, f"{begun}, but of that URL {slash} the slash at its end. Write: flask numbers repoint --all")
    refuse(
        Reason.URL,
        f"{begun}, but of {base}{_path()}. If the carrier is to ask there, write: PUBLIC_URL={base}. If PUBLIC_URL is "
        f"right, {REPOINT}",
    )


def _signed(account: Account, fields: Fields, given: str) -> tuple[str, str] | None:
    """The base of the URL that the carrier signed, and whether with or without a slash; nothing is accepted for it."""
    seen = [host for name in HOSTS if (host := request.headers.get(name))]
    query = request.query_string.decode("latin-1")
    bare = request.path.rstrip("/")
    settings = runtime().settings
    for base in url_variants(settings.public_url, seen, settings.port):
        for end, slash in (("", "without"), ("/", "with")):
            url = f"{base}{bare}{end}{'?' + query if query else ''}"
            if is_signature_at(account.carrier_token, url, fields, given):
                return base, slash
    return None


def _path() -> str:
    """Of the request, without what is secret in it, and without what anybody may write there."""
    rule = request.url_rule.rule if request.url_rule else "/…"
    names = request.view_args or {}
    for name in names:
        shown = names[name] if name == "service_sid" and is_sid(names[name], "KS") else "…"
        rule = rule.replace(f"<{name}>", shown)
    return rule


def _where() -> str:
    return f"Asked: {_path()}"


def note_wrong_path(response: Response) -> Response:
    """For every answer: a number may lead to a path that is none of ours, or ask with GET."""
    if request.routing_exception is not None and request.path.startswith("/webhooks/"):
        what = "by that method: the numbers' webhooks use POST" if response.status_code == 405 else "at that path"
        runtime().part(Refusals).note(
            Reason.PATH, f"nothing is asked {what}. Let the numbers lead here: flask numbers repoint --all"
        )
    return response
