"""A Service's exceptions from the content policy, and its own word lists. Stored sealed: they may hold numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import Invalid
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from policy.content.lists import MOST_LISTS, allowed_entries, word_list
from services.snapshot import ServiceSnapshot, read_snapshot

_ALLOWED, _WORDS = "allowed", "words:"


@dataclass(frozen=True, slots=True, repr=False)
class ContentLists:
    """`allowed`: texts that are never findings.

    `words`: language (two letters) -> word list that replaces ours, one a line.
    """

    allowed: tuple[str, ...]
    words: Mapping[str, str]


def get_lists(rt: Runtime, service: Service) -> ContentLists:
    """Raises NotFound."""
    return open_lists(rt, read_snapshot(rt, service.sid))


def open_lists(rt: Runtime, snapshot: ServiceSnapshot) -> ContentLists:
    """Raises SealBroken."""
    sid = snapshot.sid
    texts = {field: rt.seal.open(sealed, associated_data(sid, field)) for field, sealed in snapshot.content.items()}
    words = {field.removeprefix(_WORDS): text for field, text in texts.items() if field.startswith(_WORDS)}
    return ContentLists(tuple(json.loads(texts.get(_ALLOWED, "[]"))), dict(sorted(words.items())))


def set_lists(rt: Runtime, service: Service, given: Mapping[str, str | None]) -> ContentLists:
    """`allowed` replaces the former exceptions, `words` our list of that `language`; an empty text removes them.

    If one of the two is not valid, neither is changed. Raises Invalid, NotFound.
    """
    if ("words" in given) != bool(given.get("language")):
        raise Invalid("Language", "and Words go together: a list and its language, such as es")
    texts: dict[str, str | None] = {}
    if "allowed" in given:
        entries = allowed_entries(given["allowed"] or "")
        texts[_ALLOWED] = json.dumps(entries, ensure_ascii=False) if entries else None
    if "words" in given:
        texts[f"{_WORDS}{given['language']}"] = word_list(given["words"] or "") or None
    return _set(rt, service, texts)


def _set(rt: Runtime, service: Service, texts: Mapping[str, str | None]) -> ContentLists:
    sealed: dict[str, Any] = {
        field: rt.seal.seal(text, associated_data(service.sid, field))
        for field, text in texts.items()
        if text is not None
    }
    gone = [field for field in texts if field not in sealed]
    args = {"fields": sealed, "gone": gone, "most": MOST_LISTS}
    if checked(rt.store.service("set_content_lists", service.sid, args)).get("full"):
        raise Invalid("Language", f"must be of one of the lists there are: a Service has at most {MOST_LISTS}")
    return get_lists(rt, service)


def associated_data(service_sid: str, field: str) -> str:
    return f"content-lists|{service_sid}|{field}"
