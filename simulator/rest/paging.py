"""Pages of a list: newest first, relative URIs, a page token that stays valid while items are added or deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from flask import request

from simulator.errors import refusal

DEFAULT_SIZE, MAX_SIZE = 50, 1000


class Ordered(Protocol):
    seq: int


T = TypeVar("T", bound=Ordered)


def page(key: str, items: Sequence[T], render: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    size, number = _integer("PageSize", DEFAULT_SIZE), _integer("Page", 0)
    size = max(1, min(size, MAX_SIZE))
    newest_first = sorted(items, key=lambda item: -item.seq)
    begin = _begin(newest_first, number * size)
    shown = newest_first[begin : begin + size]
    more = begin + size < len(newest_first)
    return {
        key: [render(item) for item in shown],
        "page": number,
        "page_size": size,
        "start": begin,
        "end": begin + max(len(shown) - 1, 0),
        "uri": request.full_path.rstrip("?"),
        "first_page_uri": _uri(Page=0, PageSize=size),
        "next_page_uri": _uri(Page=number + 1, PageSize=size, PageToken=f"PA{shown[-1].seq:032x}") if more else None,
        "previous_page_uri": _uri(Page=number - 1, PageSize=size) if number else None,
    }


def page_with_meta(key: str, items: Sequence[T], render: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """The page format of Twilio's newer APIs: absolute URLs in a `meta` object."""
    found = page(key, items, render)
    urls = {name: _url(found[f"{name}_page_uri"]) for name in ("first", "next", "previous")}
    meta = {
        "page": found["page"], "page_size": found["page_size"], "key": key, "url": _url(found["uri"]),
        **{f"{name}_page_url": url for name, url in urls.items()},
    }  # fmt: skip
    return {key: found[key], "meta": meta}


def _url(uri: str | None) -> str | None:
    return None if uri is None else request.host_url.rstrip("/") + uri


def _begin(newest_first: Sequence[Ordered], offset: int) -> int:
    token = request.args.get("PageToken", "")
    if not token:
        return offset
    if not re.fullmatch("PA[0-9a-f]{32}", token):
        raise refusal(20001, "PageToken is not one that this list gave")
    last = int(token[2:], 16)
    return next((at for at, item in enumerate(newest_first) if item.seq < last), len(newest_first))


def _integer(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not re.fullmatch("[0-9]{1,9}", text):
        raise refusal(20001, f"{name} must be a whole number")
    return int(text)


def _uri(**changed: Any) -> str:
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in ("Page", "PageSize", "PageToken")]
    return f"{request.path}?{urlencode([*kept, *changed.items()])}"
