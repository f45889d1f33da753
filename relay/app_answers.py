"""What the app may answer out of session: an order to create a Session, TwiML, or anything else, which is silence.

CheckedMessage by its content, not its type: real apps send TwiML as text/html.
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
#: Attributes and texts of TwiML that are URLs.
_URL_NAME = re.compile(r"action|url|[a-zA-Z]*(Url|[cC]allback)")
_URL_TEXT = frozenset({"Redirect", "Play", "Media"})
#: Without an action they come back to the document's own address, which would be ours.
_COMES_BACK = frozenset({"Gather", "Record"})
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
#: What no path or name of a Session can hold, as the API has it too.
_NO_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff/\\?#%]|\A\s|\s\Z|\A\.\.?\Z|\A[A-Z]{2}[0-9a-fA-F]{32}\Z"
)
MOST_OF_A_NAME = 191
END_OF_TIME_MS = 253_402_300_800_000


@dataclass(frozen=True, slots=True, repr=False)
class AutoCreate:
    """The second participant of a Session to be, and the Session's fields."""

    identifier: str
    proxy_identifier: str | None
    unique_name: str | None
    mode: str | None
    ttl: int | None
    expiry_ms: int | None


def associated_data(stage: str) -> str:
    """Of a sealed answer of the app."""
    return f"answer\0{stage}"


def auto_create(answer: Response) -> AutoCreate | None:
    """None if it is no such order. Besides the identifier, a value of the wrong kind counts as none."""
    found = next(filter(None, map(_order, _readings(answer))), None)
    if found is None:
        return None
    mode = found.get("mode")
    return AutoCreate(
        identifier=str(found["participantIdentifier"]),
        proxy_identifier=_clean(found.get("participantProxyIdentifier")) or None,
        unique_name=_name(found.get("uniqueName")),
        mode=mode if mode in MODES else None,
        ttl=_whole(found.get("ttl")),
        expiry_ms=_moment(found.get("dateExpiry")),
    )


def _readings(answer: Response) -> Iterator[bytes]:
    """As it came; without what stands around it; in UTF-8, if its type names another charset."""
    yield answer.body
    yield answer.body.strip().removeprefix(b"\xef\xbb\xbf").strip()
    named = _CHARSET.search(answer.content_type)
    if named and named[1].lower() != "utf-8":
        try:
            yield answer.body.decode(named[1]).lstrip("\ufeff").strip().encode()
        except (ValueError, LookupError):
            return


def _order(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "participantIdentifier" in found else None


def _clean(value: Any) -> str:
    """Half a character pair can go nowhere."""
    return str(value or "").encode(errors="replace").decode()


def _name(value: Any) -> str | None:
    found = str(value or "")
    return found if 0 < len(found) <= MOST_OF_A_NAME and not _NO_NAME.search(found) else None


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else None


def _moment(value: Any) -> int | None:
    """One without an offset is UTC."""
    try:
        found = datetime.fromisoformat(value)
        at = int(found.replace(tzinfo=found.tzinfo or UTC).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at < END_OF_TIME_MS else None


def twiml(answer: Response, url: str) -> str | None:
    """The document with its URLs made absolute: the carrier gets it from us, not from `url`. None if it is none."""
    return next(filter(None, (_twiml(body, url) for body in _readings(answer))), None)


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
    if element.tag in _COMES_BACK and not element.get("action"):
        element.set("action", url)
    if element.tag == "Redirect" or (element.tag in _URL_TEXT and (element.text or "").strip()):
        element.text = _absolute(url, element.text or "")


def _absolute(base: str, relative: str) -> str:
    """What is no URL at all is the carrier's to complain of."""
    try:
        return urljoin(base, relative.strip())
    except ValueError:
        return relative
