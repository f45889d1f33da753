"""The app's answer to an out-of-session callback: JSON that creates a Session, or TwiML; all else counts as empty.

Recognised by its content, not by its Content-Type: real apps send TwiML as text/html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from callbacks.http.response import Response
from carrier.twiml import DECLARATION
from sessions.model import MODES

ONLY = {"message": "message-only", "voice": "voice-only"}
#: TwiML attributes whose value, and elements whose text, is a URL.
_URL_NAME = re.compile(r"action|url|[a-zA-Z]*(Url|[cC]allback)")
_URL_TEXT = frozenset({"Redirect", "Play", "Media"})
#: Without an action, these post to the document's own URL, which would be ours.
_DEFAULT_ACTION = frozenset({"Gather", "Record"})
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
#: Not allowed in a Session's unique name: the same rule as in the API.
_INVALID_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff/\\?#%]|\A\s|\s\Z|\A\.\.?\Z|\A[A-Z]{2}[0-9a-fA-F]{32}\Z"
)
MAX_NAME_LENGTH = 191
END_OF_TIME_MS = 253_402_300_800_000


@dataclass(frozen=True, slots=True, repr=False)
class AutoCreate:
    """The second participant of the Session to create, and the Session's fields."""

    identifier: str
    proxy_identifier: str | None
    unique_name: str | None
    mode: str | None
    ttl: int | None
    expiry_ms: int | None


def associated_data(stage: str) -> str:
    """The associated data of the app's sealed TwiML. `stage`: the inbound's request key."""
    return f"answer\0{stage}"


def auto_create(answer: Response) -> AutoCreate | None:
    """None if it asks for no Session. A field with an invalid value is ignored, except the identifier."""
    fields = next(filter(None, map(_json_fields, _bodies(answer))), None)
    if fields is None:
        return None
    mode = fields.get("mode")
    return AutoCreate(
        identifier=str(fields["participantIdentifier"]),
        proxy_identifier=_clean(fields.get("participantProxyIdentifier")) or None,
        unique_name=_name(fields.get("uniqueName")),
        mode=mode if mode in MODES else None,
        ttl=_seconds(fields.get("ttl")),
        expiry_ms=_time_ms(fields.get("dateExpiry")),
    )


def _bodies(answer: Response) -> Iterator[bytes]:
    """The body as received; without spaces and BOM around it; and, if the type names another charset, as UTF-8."""
    yield answer.body
    yield answer.body.strip().removeprefix(b"\xef\xbb\xbf").strip()
    named = _CHARSET.search(answer.content_type)
    if named and named[1].lower() != "utf-8":
        try:
            yield answer.body.decode(named[1]).lstrip("\ufeff").strip().encode()
        except (ValueError, LookupError):
            return


def _json_fields(body: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) and "participantIdentifier" in fields else None


def _clean(value: Any) -> str:
    """Replaces half a surrogate pair, which cannot be encoded."""
    return str(value or "").encode(errors="replace").decode()


def _name(value: Any) -> str | None:
    name = str(value or "")
    return name if 0 < len(name) <= MAX_NAME_LENGTH and not _INVALID_NAME.search(name) else None


def _seconds(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else None


def _time_ms(value: Any) -> int | None:
    """A time without an offset is UTC."""
    try:
        time = datetime.fromisoformat(value)
        at = int(time.replace(tzinfo=time.tzinfo or UTC).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at < END_OF_TIME_MS else None


def twiml(answer: Response, url: str) -> str | None:
    """The document with absolute URLs, since the carrier gets it from us, not from `url`. None if it is no TwiML."""
    return next(filter(None, (_twiml(body, url) for body in _bodies(answer))), None)


def _twiml(body: bytes, url: str) -> str | None:
    try:
        root = fromstring(body, forbid_dtd=True)
        if root.tag != "Response":
            return None
        for element in root.iter():
            _make_absolute(element, url)
        return DECLARATION + tostring(root, encoding="unicode")
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return None


def _make_absolute(element: Element, url: str) -> None:
    for name, value in element.attrib.items():
        if _URL_NAME.fullmatch(name) and value:
            element.set(name, _absolute(url, value))
    if element.tag in _DEFAULT_ACTION and not element.get("action"):
        element.set("action", url)
    if element.tag == "Redirect" or (element.tag in _URL_TEXT and (element.text or "").strip()):
        element.text = _absolute(url, element.text or "")


def _absolute(base: str, relative: str) -> str:
    """A text that is no URL stays as it is: the carrier will report it."""
    try:
        return urljoin(base, relative.strip())
    except ValueError:
        return relative
