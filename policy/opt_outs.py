"""Opt-outs: who wants no more messages; imported from elsewhere, and exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.identifiers import SCHEME, identifier_associated_data, lookup, require
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
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
    """Returns how many were added or, with `remove`, removed. Raises Invalid if an identifier is not a phone number."""
    changed = 0
    people = [_person(rt, service.sid, one) for one in found]
    for start in range(0, len(people), BATCH):
        args = {"people": people[start : start + BATCH], "remove": remove, "by": "import"}
        changed += checked(rt.store.service("put_optouts", service.sid, args))["changed"]
    return changed


def _person(rt: Runtime, service_sid: str, one: OptOut) -> dict[str, str]:
    number = require(one.identifier)
    who = rt.index.of(service_sid, SCHEME, number)
    person = {"who": who, "sealed": rt.seal.seal(number, associated_data(service_sid, who))}
    return {**person, "number": one.proxy_number} if one.proxy_number else person


def export_opt_outs(rt: Runtime, service: Service) -> Iterator[OptOut]:
    """With real numbers: only for callers who may see them."""
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("optouts", service.sid)))
    for field, text in stored.items():
        who, _, number = field.decode().partition("|")
        doc = json.loads(text)
        participant = doc.get("participant")
        where = (
            identifier_associated_data(service.sid, participant) if participant else associated_data(service.sid, who)
        )
        yield OptOut(lookup(rt.seal.open(doc["sealed"], where)), number or None, doc["by"], doc["at"])
