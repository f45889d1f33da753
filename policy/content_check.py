"""Applies a Service's content policy to a message: it passes, is flagged, is masked, or is blocked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from carrier.inbound import Inbound
from common.identifiers import SCHEME, lookup
from common.runtime import Runtime
from common.steps import IN_THREAD, Command, Steps
from policy.content.rules import MOST_BEFORE, MOST_OF_EACH, Category, ContentRules, Mode, Verdict
from policy.content_lists import open_lists
from policy.unchecked import warn
from pool.geo import UNKNOWN, country_of
from services.snapshot import ServiceSnapshot
from storage import keys
from storage.seal import SealBroken

#: Characters. To examine a longer text takes so long that it is done in a thread.
SHORT = 480


@dataclass(frozen=True, slots=True, repr=False)
class CheckedMessage:
    """`message`: with the text that is relayed. `args`: the result as arguments of accept.lua."""

    message: Inbound
    args: dict[str, Any]


class CompiledRules:
    """Service -> the version of its snapshot, and the rules compiled from it; None if every mode is off."""

    def __init__(self, rt: Runtime) -> None:
        self.of_service: dict[str, tuple[str, ContentRules | None]] = {}


class _NotRead(Exception):
    """The texts before this one are needed, and were not read yet."""


def check_message(rt: Runtime, snapshot: ServiceSnapshot, message: Inbound) -> Steps[CheckedMessage]:
    """A repeated webhook gets the same result. A Service without a policy costs one look into a dict."""
    rules = compiled_rules(rt, snapshot)
    if rules is None:
        return CheckedMessage(message, {})
    body = message.body or ""
    line = keys.service("recent", snapshot.sid, f"{_sender_index(rt, snapshot.sid, message)}|{message.called}")
    if len(body) > SHORT:
        yield IN_THREAD
    unread: list[str] = []
    countries = _countries(message.sender, message.called)
    try:
        # Most messages contain nothing that could be the end of a number.
        verdict = examine(body, _not_read(), rules, countries)
    except _NotRead:
        rows = yield Command(("LRANGE", line, 0, -1))
        verdict = examine(body, _before(rt, line, rows, message.sid, unread), rules, countries)
    end = body[-MOST_OF_EACH:]
    args: dict[str, Any] = {"recent": f"{message.sid}|{rt.seal.seal(end, line)}", "kept": MOST_BEFORE}
    if unread:
        args["unchecked"] = ["content"]
        warn(rt, snapshot.sid, "content", "unreadable")
    if verdict.findings:
        args["flags"] = sorted({str(finding.category) for finding in verdict.findings})
    if verdict.action is Mode.BLOCK:
        args["blocked"] = True
    if verdict.action is Mode.MASK:
        return CheckedMessage(replace(message, body=verdict.masked), args)
    return CheckedMessage(message, args)


def check_file(rt: Runtime, snapshot: ServiceSnapshot, text: str, body: str) -> tuple[str | None, list[str]]:
    """Checks a text file that came with `body`. Returns the text that may be relayed (None: nothing), and the flags."""
    rules = compiled_rules(rt, snapshot)
    if rules is None:
        return text, []
    verdict = examine(text, (body,), rules)
    flags = sorted({str(finding.category) for finding in verdict.findings})
    if verdict.action is Mode.BLOCK:
        return None, flags
    return verdict.masked if verdict.action is Mode.MASK else text, flags


def examine(text: str, before: Iterable[str], rules: ContentRules, countries: tuple[str, ...] = ()) -> Verdict:
    """What is in the text: policy/content/content.py."""
    # Imported here: its words and patterns are a tenth of this product, for Services with a content policy alone.
    # proxy/web_server.py loads it before the first webhook.
    from policy.content import content

    return content.examine(text, before, rules, countries)


def compiled_rules(rt: Runtime, snapshot: ServiceSnapshot) -> ContentRules | None:
    """None if every mode is off. Compiled once for each version of the Service."""
    made = rt.part(CompiledRules).of_service
    version, rules = made.get(snapshot.sid, ("", None))
    if version != snapshot.version:
        rules = _rules(rt, snapshot)
        made[snapshot.sid] = snapshot.version, rules
    return rules


def _rules(rt: Runtime, snapshot: ServiceSnapshot) -> ContentRules | None:
    service = snapshot.service
    modes = {category: Mode[getattr(service, f"content_{category}").upper()] for category in Category}
    if not any(modes.values()):
        return None
    lists = open_lists(rt, snapshot)
    own = [service.language[:2]] if service.language else []
    languages = tuple(dict.fromkeys(["en", *own, *lists.words]))
    return ContentRules(
        phone=modes[Category.PHONE], card=modes[Category.CARD], email=modes[Category.EMAIL],
        profanity=modes[Category.PROFANITY], languages=languages, lists=lists.words, allowed=lists.allowed,
    )  # fmt: skip


def _countries(*numbers: str) -> tuple[str, ...]:
    """The countries in whose national form these two probably write a number."""
    found = (country_of(number) for number in numbers)
    return tuple(dict.fromkeys(country for country in found if country != UNKNOWN))


def _sender_index(rt: Runtime, service_sid: str, message: Inbound) -> str:
    return rt.index.of(service_sid, SCHEME, lookup(message.sender))


def _not_read() -> Iterator[str]:
    raise _NotRead
    yield


def _before(rt: Runtime, line: str, rows: Sequence[bytes], sid: str, unread: list[str]) -> Iterator[str]:
    """The last texts of this person to the same number, before this message.

    A text whose seal does not open is left out, and its SID added to `unread`.
    """
    parts = [row.decode().partition("|") for row in rows]
    sids = [part[0] for part in parts]
    for earlier, _, sealed in parts[: sids.index(sid)] if sid in sids else parts:
        try:
            yield rt.seal.open(sealed, line)
        except SealBroken:
            unread.append(earlier)
