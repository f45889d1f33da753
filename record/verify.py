"""Checks the record: `python -m record.verify [SERVICE …]`. Recomputes the hash chain and compares with the store.

Exit code: 0 if everything is right, 1 if something is missing or altered, 2 if the check could not be made.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from sqlalchemy import Engine

from record import expected, location
from record.database import open_existing, shown
from record.errors import RecordError
from record.key_ring_copy import read_copy
from record.lost_services import lost_services
from record.schema_check import check
from record.walk import Verdict, service_sids, verify
from storage.index import Index
from storage.probe import StoreRefused, check_store
from storage.seal import Seal
from storage.store import Store, StoreUnavailable
from storage.wrapping import RingKeys, unwrap

_SID = re.compile(r"KS[0-9a-f]{32}")
UNCOMPARED = "Not compared with the store: whoever can write to the database may have emptied it or cut it off."

#: The store has only a keyed hash of a name.
NO_NAMES = (
    "a unique name is found only with the SECRET_KEY that opens the key ring in this database; give the SID instead"
)
LOST = "the store has lost this Service: it was emptied, or REDIS_URL leads to another one"


class CannotCheck(RecordError):
    """The check cannot be made; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _check(options)
    except RecordError as error:
        print(f"record.verify: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m record.verify", description=__doc__.partition(". ")[2])
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="SID or unique name; all if none is given")
    parser.add_argument("--no-store", action="store_true", help="check the chains alone, without the store")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a line a Service")
    return parser


def _check(options: argparse.Namespace) -> int:
    environ = location.environment()
    store = None if options.no_store else _store(environ)
    # Read before the record: the record grows meanwhile, and must not seem to be behind.
    expected_counts = expected.recorded_events(store) if store else {}
    engine = open_existing(location.database_url(environ))
    check(engine)
    ring = _ring(environ, engine)
    seal = Seal(ring) if ring else None
    verdicts = [
        _verdict(engine, sid, expected_counts, seal)
        for sid in _chosen(options.services, engine, store, ring, expected_counts)
    ]
    lost = lost_services(engine, expected_counts) if store else []
    verdicts = [_lost(verdict) if verdict.service_sid in lost else verdict for verdict in verdicts]
    _print(options, shown(engine), store, verdicts)
    return 1 if any(verdict.bad_n is not None for verdict in verdicts) else 0


def _store(environ: Mapping[str, str]) -> Store | None:
    url = location.store_url(environ)
    if url is None:
        return None
    try:
        check_store(url, "REDIS_URL")
    except StoreRefused as error:
        raise CannotCheck(str(error)) from None
    except StoreUnavailable as error:
        raise CannotCheck(f"REDIS_URL: {error}. Start it, or pass --no-store") from None
    return Store(url)


def _chosen(
    refs: Sequence[str], engine: Engine, store: Store | None, ring: RingKeys | None, expected_counts: Mapping[str, int]
) -> list[str]:
    """The SIDs of `refs`, or of all Services. Raises CannotCheck for an unknown SID, or if there are none."""
    known = sorted({*service_sids(engine), *(sid for sid, events in expected_counts.items() if events)})
    if not refs and not known and store is None:
        raise CannotCheck(f"{shown(engine)} holds no event. Is it the right database? (DATABASE_URL)")
    return [_sid(ref, {*known, *expected_counts}, store, ring) for ref in refs] or known


def _sid(ref: str, known: set[str], store: Store | None, ring: RingKeys | None) -> str:
    sids = [ref] if _SID.fullmatch(ref) else _named(ref, store, ring) if store else []
    if len(sids) > 1:
        raise CannotCheck(f"more than one account has a Service named {ref}; give the SID, one of {', '.join(sids)}")
    if not sids or sids[0] not in known:
        hint = "" if store else "; without a store (REDIS_URL) a Service is found by its SID alone"
        raise CannotCheck(f"neither the record nor the store knows a Service {ref}{hint}")
    return sids[0]


def _named(name: str, store: Store, ring: RingKeys | None) -> list[str]:
    """Raises CannotCheck without the key ring."""
    if ring is None:
        raise CannotCheck(NO_NAMES)
    return expected.services_named(store, Index(ring.index), name)


def _ring(environ: Mapping[str, str], engine: Engine) -> RingKeys | None:
    """None if SECRET_KEY is not set or does not open the key ring's copy in this database."""
    copy, secrets = read_copy(engine), location.ring_secrets(environ)
    return unwrap(copy, secrets) if copy else None


def _verdict(engine: Engine, service_sid: str, expected_counts: Mapping[str, int], seal: Seal | None = None) -> Verdict:
    verdict, required = verify(engine, service_sid, seal), expected_counts.get(service_sid, 0)
    if verdict.bad_n is None and verdict.events < required:
        problem = f"is missing: the store had {required} events recorded, the record ends at {verdict.events}"
        return replace(verdict, bad_n=verdict.events + 1, problem=problem)
    return verdict


def _lost(verdict: Verdict) -> Verdict:
    """A chain that is broken besides is reported as broken."""
    return verdict if verdict.bad_n is not None else replace(verdict, bad_n=verdict.events + 1, problem=LOST)


def _print(options: argparse.Namespace, database: str, store: Store | None, verdicts: Sequence[Verdict]) -> None:
    if options.json:
        rows = [asdict(verdict) for verdict in verdicts]
        print(json.dumps({"database": database, "compared_with_store": store is not None, "services": rows}, indent=2))
        return
    print(f"record: {database}")
    if store is None:
        print(UNCOMPARED)
    for verdict in verdicts:
        print(verdict)
    if not verdicts:
        print("No Service has an event yet.")


if __name__ == "__main__":
    sys.exit(main())
