"""The secrets that sign our requests to a Service's app.

Several may be valid at once: then each request has a signature of each, newest first, so that an app may learn the new
secret before the former one ends.

The first secret is derived from the key ring and not stored. A Service whose secret was ever replaced has a sealed list
in its document, which is opened only where a request is sent.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace

from common.errors import Refused
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked

#: How many are valid at once: a request has a signature of each.
MOST = 3
LONGEST_OVERLAP_HOURS = 168


@dataclass(frozen=True, slots=True, repr=False)
class WebhookSecret:
    """`created_ms`: None for the first one. `ends_ms`: None for the newest one, which has no end."""

    value: bytes
    created_ms: int | None = None
    ends_ms: int | None = None


def signing_secrets(rt: Runtime, service_sid: str, sealed: str | None) -> list[bytes]:
    """`sealed`: the field of the Service's document. Newest first."""
    return [secret.value for secret in _valid(rt, service_sid, sealed)]


def list_secrets(rt: Runtime, service: Service) -> list[WebhookSecret]:
    """Those that are valid now, newest first."""
    return _valid(rt, service.sid, service.webhook_secrets)


def add_secret(rt: Runtime, service: Service, overlap_seconds: int) -> list[WebhookSecret]:
    """A new secret signs from now on; those before it sign for `overlap_seconds` more, if they do not end before.

    Raises NotFound; Refused if MOST are valid, or if somebody else adds one at the same time.
    """
    stored, now = service.webhook_secrets, rt.now_ms()
    ends = now + overlap_seconds * 1000
    former = _valid(rt, service.sid, stored) if overlap_seconds else []
    if len(former) >= MOST:
        raise Refused(20409, f"{MOST} secrets are valid: wait until one ends, or end all but the new one (overlap 0)")
    kept = [replace(one, ends_ms=ends if one.ends_ms is None else min(ends, one.ends_ms)) for one in former]
    changed = [WebhookSecret(secrets.token_bytes(32), now), *kept]
    rows = [[b64encode(one.value).decode(), one.created_ms, one.ends_ms] for one in changed]
    sealed = rt.seal.seal(json.dumps(rows), associated_data(service.sid))
    answer = checked(rt.store.service("set_webhook_secrets", service.sid, {"former": stored, "text": sealed}))
    if not answer["changed"]:
        raise Refused(20409, "Somebody else made a new secret at the same time: look at the present one")
    return changed


def _valid(rt: Runtime, service_sid: str, sealed: str | None) -> list[WebhookSecret]:
    if sealed is None:
        return [WebhookSecret(rt.ring.derive(f"webhook secret\0{service_sid}"))]
    rows, now = json.loads(rt.seal.open(sealed, associated_data(service_sid))), rt.now_ms()
    found = [WebhookSecret(b64decode(value), created, ends) for value, created, ends in rows]
    return [one for one in found if one.ends_ms is None or now < one.ends_ms]


def associated_data(service_sid: str) -> str:
    return f"webhook secrets\0{service_sid}"
