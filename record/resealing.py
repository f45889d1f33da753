"""Seals the details of the record again, after a sealing key was replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, tuple_, update

from record.database import writing
from record.details import sealed_again, sealed_with
from record.tables import event_details
from storage.seal import Seal, SealBroken

PAGE = 500


@dataclass(slots=True)
class Counts:
    """`left`: still sealed with an old key. In the store most of these vanish within two days."""

    looked_at: int = 0
    resealed: int = 0
    left: int = 0


def reseal_details(engine: Engine, seal: Seal, key_ids: frozenset[int], *, dry: bool) -> Iterator[Counts]:
    """The counts so far, after each page. `dry`: only counts. `key_ids`: the old keys. May be repeated."""
    counts, last = Counts(), ("", 0)
    while rows := _page(engine, last):
        old = [row for row in rows if sealed_with(row["detail"], key_ids)]
        done = 0 if dry else sum(_reseal(engine, seal, row, key_ids) for row in old)
        counts.looked_at += len(rows)
        counts.resealed += done
        counts.left += len(old) - done
        last = rows[-1]["service_sid"], rows[-1]["n"]
        yield counts


def _page(engine: Engine, last: tuple[str, int]) -> list[dict[str, Any]]:
    columns = event_details.c
    query = (
        select(columns.service_sid, columns.n, columns.detail)
        .where(tuple_(columns.service_sid, columns.n) > last)
        .order_by(columns.service_sid, columns.n)
        .limit(PAGE)
    )
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def _reseal(engine: Engine, seal: Seal, row: dict[str, Any], key_ids: frozenset[int]) -> bool:
    """False if it cannot be opened. A detail that was erased meanwhile stays erased."""
    try:
        changed = sealed_again(seal, row["service_sid"], row["n"], row["detail"], key_ids)
    except SealBroken:
        return False
    columns = event_details.c
    same = (columns.service_sid == row["service_sid"], columns.n == row["n"], columns.detail == row["detail"])
    with writing(engine) as connection:
        connection.execute(update(event_details).where(*same).values(detail=changed))
    return True
