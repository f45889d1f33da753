"""Lists: one page of items, with the URLs of the next and previous pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, request
from itsdangerous import BadData, URLSafeSerializer

from common.errors import Invalid
from common.model import Page
from common.security_events import Kind
from proxy.api.auth import account_sid
from proxy.context import runtime
from proxy.responses import json_response
from proxy.security import note_request

T = TypeVar("T")

DEFAULT_SIZE = 50
#: A larger PageSize is reduced to this, not refused: the SDK's list(limit=5000) sends PageSize=5000.
LARGEST_SIZE = 100
LARGEST_PAGE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PageRequest:
    size: int
    number: int
    token: str | None
    cursor: str | None


def listing(key: str, fetch: Callable[[str | None, int], Page[T]], dump: Callable[[T], dict[str, Any]]) -> Response:
    requested = _page_request()
    page = fetch(requested.cursor, requested.size)
    return json_response({key: [dump(item) for item in page.items], "meta": _meta(key, requested, page)})


def _page_request() -> PageRequest:
    token = _query_value("PageToken") or None
    return PageRequest(
        size=_whole_number("PageSize", str(DEFAULT_SIZE), 1, LARGEST_SIZE),
        number=_whole_number("Page", "0", 0, LARGEST_PAGE),
        token=token,
        cursor=_unsign(token) if token else None,
    )


def _query_value(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Invalid(name, "is given more than once: give it once")
    return values[0] if values else None


def _whole_number(name: str, default: str, low: int, high: int) -> int:
    """Checks the number of digits first: int() is slow for very long input and fails above 4,300 digits."""
    value = _query_value(name)
    digits = (default if value is None else value).lstrip("0") or "0"
    if value == "" or not re.fullmatch("[0-9]+", digits) or (digits == "0" and low > 0):
        raise Invalid(name, f"must be a whole number of at least {low}")
    return high if len(digits) > len(str(high)) else min(int(digits), high)


def _meta(key: str, requested: PageRequest, page: Page[T]) -> dict[str, Any]:
    def url(number: int, token: str | None) -> str:
        query = {"PageSize": requested.size, "Page": number, **({"PageToken": token} if token else {})}
        return f"{runtime().settings.public_url}{quote(request.path)}?{urlencode(query)}"

    def other_page(number: int, cursor: str | None) -> str | None:
        return None if cursor is None else url(max(number, 0), _signer().dumps(cursor))

    return {
        "key": key,
        "page": requested.number,
        "page_size": requested.size,
        "url": url(requested.number, requested.token),
        "first_page_url": url(0, None),
        "next_page_url": other_page(min(requested.number + 1, LARGEST_PAGE), page.next_cursor),
        "previous_page_url": other_page(requested.number - 1, page.previous_cursor),
    }


def _signer() -> URLSafeSerializer:
    """A token is valid only for this list and this account."""
    salt = f"page:{account_sid()}:{request.path}"
    return URLSafeSerializer(
        runtime().ring.derive("page tokens"), salt=salt, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _unsign(token: str) -> str:
    try:
        return str(_signer().loads(token))
    except BadData:
        note_request(Kind.PAGE_TOKEN_REFUSED, account=account_sid())
        raise Invalid("PageToken", "must be taken from a page of this list: start again at first_page_url") from None
