"""How a receiver knows that a request is ours: Twilio's signature, and the headers of Standard Webhooks.

Facts: Twilio's is HMAC-SHA1 over the URL and the form under the account's auth token; a body that is no form counts by
its SHA-256 in the query (`bodySHA256`). Standard Webhooks' is HMAC-SHA256 over `id.timestamp.body` under a secret that
is shown as `whsec_<base64>`; during a rotation there is one signature for each secret, newest first.

What is signed is the URL as the receiver sees it: without fragment, in ASCII, with a path.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from callbacks.http.urls import split_url
from carrier.signature import sign

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
PREFIX = "whsec_"
#: A full stop in the id would let its end pass for the timestamp.
MESSAGE_ID = re.compile(r"[!-\-/-~]{1,256}")
SECRET_BYTES = range(24, 65)


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """What to pass to HttpClient.post."""

    url: str
    body: bytes
    headers: dict[str, str]


def twilio_signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature; for a body that is no form, `form` is empty and the URL from with_body_hash."""
    return sign(token, split_url(url, allow_private=True).url, [(name, [value]) for name, value in form.items()])


def with_body_hash(url: str, body: bytes) -> str:
    """First in the query: validators look at the first of that name, and a customer's URL may bring its own."""
    target = split_url(url, allow_private=True)
    path, _, query = target.path.partition("?")
    ours = f"bodySHA256={sha256(body).hexdigest()}"
    return f"{target.scheme}://{target.authority}{path}?{'&'.join(filter(None, (ours, query)))}"


def webhook_headers(secrets: Sequence[bytes], message_id: str, now: float, body: bytes) -> dict[str, str]:
    """`now` in seconds; the id stays the same on each try, the time does not."""
    if not secrets or not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("needs a secret, and an id of visible characters without a full stop")
    timestamp = str(int(now))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [f"v1,{b64encode(hmac.digest(secret, signed, 'sha256')).decode()}" for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def secret_text(secret: bytes) -> str:
    """As receivers write it into their settings."""
    return PREFIX + b64encode(_checked(secret)).decode()


def _checked(secret: bytes) -> bytes:
    if len(secret) not in SECRET_BYTES:
        raise ValueError("must have 24 to 64 bytes")
    return secret


def signed_form(
    url: str, form: Mapping[str, str], *, token: str, secrets: Sequence[bytes], message_id: str, now: float
) -> Signed:
    """A form with both signatures."""
    # Half a character pair cannot be sent, and what is signed must be what arrives.
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    body = urlencode(clean).encode()
    return Signed(url, body, {
        "Content-Type": FORM,
        "X-Twilio-Signature": twilio_signature(token, url, clean),
        **webhook_headers(secrets, message_id, now, body),
    })  # fmt: skip


def signed_json(
    url: str, body: bytes, *, secrets: Sequence[bytes], message_id: str, now: float, token: str | None = None
) -> Signed:
    """With a token it goes to the URL with the body's hash, signed as Twilio signs it, too."""
    headers = {"Content-Type": JSON, **webhook_headers(secrets, message_id, now, body)}
    if token is not None:
        url = with_body_hash(url, body)
        headers["X-Twilio-Signature"] = twilio_signature(token, url, {})
    return Signed(url, body, headers)
