"""Pages of lists: oldest first, with an opaque cursor that contains the position of a page's edge."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, TypeVar

from common.errors import Invalid
from common.model import Page

T = TypeVar("T")


def arguments(cursor: str | None, limit: int) -> dict[str, Any]:
    """The arguments of a list script. Raises Invalid if the cursor is not one of ours."""
    if cursor is None:
        return {"limit": limit}
    try:
        side, score, member = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if side not in ("after", "before") or type(score) is not int or not isinstance(member, str):
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("PageToken", "must be one that this list gave; start again without it") from None
    return {"limit": limit, side: [score, member]}


def page(answer: dict[str, Any], item: Callable[[dict[str, Any]], T]) -> Page[T]:
    docs = answer.get("docs") or []
    return Page(
        [item(doc) for doc in docs], cursor("after", answer.get("next")), cursor("before", answer.get("previous"))
    )


def cursor(side: str, mark: list[Any] | None) -> str | None:
    if mark is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([side, int(mark[0]), mark[1]], separators=(",", ":")).encode()).decode()
