"""Lists: the page that was asked for, and the way to its neighbours."""

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
from proxy.api.auth import account_sid
from proxy.edge import reply, runtime

T = TypeVar("T")

DEFAULT_SIZE = 50
#: A larger PageSize is welcome and cut to this: the SDK's list(limit=5000) sends PageSize=5000.
LARGEST_SIZE = 100
LARGEST_PAGE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    size: int
    number: int
    token: str | None
    cursor: str | None


def listing(key: str, fetch: Callable[[str | None, int], Page[T]], dump: Callable[[T], dict[str, Any]]) -> Response:
    asked = _asked()
    page = fetch(asked.cursor, asked.size)
    return reply({key: [dump(item) for item in page.items], "meta": _meta(key, asked, page)})


def _asked() -> Asked:
    token = _argument("PageToken") or None
    return Asked(
        size=_whole("PageSize", str(DEFAULT_SIZE), 1, LARGEST_SIZE),
        number=_whole("Page", "0", 0, LARGEST_PAGE),
        token=token,
        cursor=_unsign(token) if token else None,
    )


def _argument(name: str) -> str | None:
    found = request.args.getlist(name)
    if len(found) > 1:
        raise Invalid(name, "is given more than once: leave one")
    return found[0] if found else None


def _whole(name: str, default: str, low: int, high: int) -> int:
    """Compared by its digits first: int() of a million of them takes a while, and of 5,000 fails."""
    value = _argument(name)
    digits = (default if value is None else value).lstrip("0") or "0"
    if value == "" or not re.fullmatch("[0-9]+", digits) or (digits == "0" and low > 0):
        raise Invalid(name, f"must be a whole number of at least {low}")
    return high if len(digits) > len(str(high)) else min(int(digits), high)


def _meta(key: str, asked: Asked, page: Page[T]) -> dict[str, Any]:
    def url(number: int, token: str | None) -> str:
        query = {"PageSize": asked.size, "Page": number, **({"PageToken": token} if token else {})}
        return f"{runtime().settings.public_url}{quote(request.path)}?{urlencode(query)}"

    def neighbour(number: int, cursor: str | None) -> str | None:
        return None if cursor is None else url(max(number, 0), _signer().dumps(cursor))

    return {
        "key": key,
        "page": asked.number,
        "page_size": asked.size,
        "url": url(asked.number, asked.token),
        "first_page_url": url(0, None),
        "next_page_url": neighbour(min(asked.number + 1, LARGEST_PAGE), page.next_cursor),
        "previous_page_url": neighbour(asked.number - 1, page.previous_cursor),
    }


def _signer() -> URLSafeSerializer:
    """A token is good for this list of this account alone."""
    settings = runtime().settings
    keys = [key for key in (settings.secret_key_former, settings.secret_key) if key]
    salt = f"page:{account_sid()}:{request.path}"
    return URLSafeSerializer(keys, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _unsign(token: str) -> str:
    try:
        return str(_signer().loads(token))
    except BadData:
        raise Invalid("PageToken", "must be taken from a page of this list: start again at first_page_url") from None
