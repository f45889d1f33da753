"""Notices: the sentences that people hear and read from us. A Service may replace each by its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common import listing
from common.errors import Invalid, NotFound
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from policy.sentences.choice import text_key, voice_key
from policy.sentences.languages import LANGUAGES
from policy.sentences.sentences import KEYS, SENTENCES, SPOKEN
from policy.sentences.voices import speaks
from storage import keys

Overrides = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What is used in one language. `overridden`: the text is the Service's own."""

    text: str
    voice: str | None
    overridden: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` and `voice`: the Service's own for all languages. `texts`: what is used, by language."""

    service_sid: str
    account_sid: str
    key: str
    text: str | None
    voice: str | None
    texts: Mapping[str, Wording]


def _read(rt: Runtime, service_sid: str) -> Overrides:
    raw = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("notices", service_sid)))
    return {field.decode(): value.decode() for field, value in raw.items()}


def list_notices(rt: Runtime, service: Service, cursor: str | None, limit: int) -> Page[Notice]:
    """All notices, in the order of the table KEYS."""
    first, last = _window(listing.arguments(cursor, limit))
    found = _read(rt, service.sid)
    return Page(
        [_notice(service, key, found) for key in KEYS[first:last]],
        _mark("after", last - 1) if last < len(KEYS) else None,
        _mark("before", first) if first > 0 else None,
    )


def _window(asked: dict[str, Any]) -> tuple[int, int]:
    if "before" in asked:
        last = min(max(asked["before"][0], 0), len(KEYS))
        return max(last - asked["limit"], 0), last
    first = min(max(asked["after"][0] + 1, 0), len(KEYS)) if "after" in asked else 0
    return first, min(first + asked["limit"], len(KEYS))


def _mark(side: str, place_in_table: int) -> str | None:
    return listing.cursor(side, [place_in_table, ""])


def get_notice(rt: Runtime, service: Service, key: str) -> Notice:
    """Raises NotFound."""
    return _notice(service, _existing(key), _read(rt, service.sid))


def set_notice(rt: Runtime, service: Service, key: str, given: dict[str, str | None]) -> Notice:
    """`given`: text; language (without it, for all languages that have no text of their own); voice.

    A voice that is left out stays, None removes it. Raises NotFound, and Invalid if the notice is not spoken, the
    voice does not speak the language, or the Service has too many texts of its own.
    """
    language = given.get("language")
    _require_audible(_existing(key), language, given.get("voice"))
    fields = {text_key(key, language): given["text"]}
    most = rt.settings.max_notices_per_service
    if "voice" in given:
        fields[voice_key(key, language)] = given["voice"]
    return _changed(rt, service, key, "set_notice", {"language": language, "fields": fields, "most": most})


def restore_notice(rt: Runtime, service: Service, key: str, language: str | None = None) -> Notice:
    """Removes the Service's own text, for one language or for all. Raises NotFound."""
    return _changed(rt, service, _existing(key), "restore_notice", {"language": language})


def _changed(rt: Runtime, service: Service, key: str, script: str, args: dict[str, Any]) -> Notice:
    given = {name: value for name, value in args.items() if value is not None}
    answer = checked(rt.store.service(script, service.sid, {"key": key, **given}))
    flat = iter(answer["fields"] or ())
    return _notice(service, key, dict(zip(flat, flat, strict=True)))


def _existing(key: str) -> str:
    if key not in SENTENCES:
        raise NotFound("The Notice")
    return key


def _require_audible(key: str, language: str | None, voice: str | None) -> None:
    if voice is None:
        return
    if key not in SPOKEN:
        raise Invalid("Voice", "is for notices that are spoken: leave it out here")
    if language is not None and not speaks(voice, language):
        raise Invalid("Voice", "must speak the Language")


def _notice(service: Service, key: str, found: Overrides) -> Notice:
    return Notice(
        service_sid=service.sid,
        account_sid=service.account_sid,
        key=key,
        text=found.get(text_key(key)),
        voice=found.get(voice_key(key)),
        texts={language: _wording(key, language, found) for language in _languages(key, found)},
    )


def _languages(key: str, found: Overrides) -> list[str]:
    """Our languages first, then those that the Service has added."""
    added = {field.partition("|")[2] for field in found if field.startswith(f"{key}|")}
    return [*LANGUAGES, *sorted(added - set(LANGUAGES))]


def _wording(key: str, language: str, found: Overrides) -> Wording:
    for where in (language, None):
        if (text := found.get(text_key(key, where))) is not None:
            return Wording(text, found.get(voice_key(key, where)), True)
    return Wording(SENTENCES[key][language], None, False)
