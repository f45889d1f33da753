"""Opt-outs: who wants no more messages; imported from elsewhere, and exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.errors import Invalid
from common.identifiers import SCHEME, identifier_associated_data, lookup, require
from common.model import Service
from common.runtime import Runtime
from common.script_errors import FULL, checked
from storage import keys

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class OptOut:
    """`identifier`: the real number. `proxy_number` None: for the whole Service. `by`: keyword | carrier | import."""

    identifier: str
    proxy_number: str | None
    by: str = "import"
    at_ms: int = 0


def associated_data(service_sid: str, who: str) -> str:
    """The associated data of an opt-out's sealed number: moved to another person it does not open."""
    return f"optout\0{service_sid}\0{who}"


def import_opt_outs(rt: Runtime, service: Service, found: Iterable[OptOut], remove: bool = False) -> int:
    """Returns how many were added or, with `remove`, removed. Raises Invalid if an identifier is not a phone number, or
    if the Service would have too many."""
    changed = 0
    people = [_person(rt, service.sid, one) for one in found]
    if not remove:
        _require_room(rt, service, len(people))
    for start in range(0, len(people), BATCH):
        args = {"people": people[start : start + BATCH], "remove": remove, "by": "import"}
        changed += checked(rt.store.service("put_optouts", service.sid, args))["changed"]
    return changed


def _require_room(rt: Runtime, service: Service, count: int) -> None:
    """Counts each line as a new one. Never asked when a person opts out: that is always noted."""
    most = rt.settings.max_opt_outs_per_service
    there = rt.store.guard(lambda: rt.store.client.hlen(keys.service("optouts", service.sid)))
    if most and there + count > most:
        raise Invalid("OptOuts", FULL["OptOuts"])


def _person(rt: Runtime, service_sid: str, one: OptOut) -> dict[str, str]:
    number = require(one.identifier)
    who = rt.index.of(service_sid, SCHEME, number)
    person = {"who": who, "sealed": rt.seal.seal(number, associated_data(service_sid, who))}
    return {**person, "number": one.proxy_number} if one.proxy_number else person


def _stored(rt: Runtime, service_sid: str) -> Iterator[tuple[bytes, bytes]]:
    """In batches: there may be a million, and the store does nothing else while it answers."""
    key, mark, seen = keys.service("optouts", service_sid), 0, set[bytes]()
    while True:
        mark, found = rt.store.guard(lambda: rt.store.client.hscan(key, mark, count=1000))  # noqa: B023
        yield from ((field, text) for field, text in found.items() if field not in seen)
        # The store may give a field twice while the hash grows or shrinks.
        seen.update(found)
        if mark == 0:
            return


def export_opt_outs(rt: Runtime, service: Service) -> Iterator[OptOut]:
    """With real numbers: only for callers who may see them."""
    for field, text in _stored(rt, service.sid):
        who, _, number = field.decode().partition("|")
        doc = json.loads(text)
        participant = doc.get("participant")
        where = (
            identifier_associated_data(service.sid, participant) if participant else associated_data(service.sid, who)
        )
        yield OptOut(lookup(rt.seal.open(doc["sealed"], where)), number or None, doc["by"], doc["at"])
