"""Seals values of the store again with the newest key, and counts those that an old key is still needed for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from common.runtime import Runtime
from jobs.sealing.places import possible_data
from record.resealing import Counts
from storage import keys
from storage.seal import SealBroken
from storage.sealed_values import find_values

#: Keys in one read; a hash of Sessions may have thousands.
BATCH = 50
#: Values in one call of the store, which serves nobody else meanwhile.
AT_ONCE = 100
_READ = {
    b"string": lambda line, key: line.get(key),
    b"hash": lambda line, key: line.hgetall(key),
    b"list": lambda line, key: line.lrange(key, 0, -1),
    b"stream": lambda line, key: line.xrange(key),
}


def reseal_store(rt: Runtime, key_ids: frozenset[int], *, dry: bool) -> Iterator[Counts]:
    """The counts so far, after each batch of keys. `dry`: only counts. `key_ids`: the old keys. May be repeated."""
    counts, names = Counts(), rt.store.every_key(BATCH)
    while batch := list(islice(names, BATCH)):
        for key, texts in _read(rt, batch):
            _look_at(rt, key, texts, key_ids, counts, dry=dry)
        counts.looked_at += len(batch)
        yield counts


def _read(rt: Runtime, batch: Sequence[bytes]) -> Iterator[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Each key with its texts: (field of a hash, or empty; text)."""
    types = _ask(rt, batch, lambda line, key: line.type(key))
    readable = [(key, kind) for key, kind in zip(batch, types, strict=True) if kind in _READ]
    kinds = dict(readable)
    values = _ask(rt, [key for key, _ in readable], lambda line, key: _READ[kinds[key]](line, key))
    for (key, kind), value in zip(readable, values, strict=True):
        # It may have expired in between.
        if value:
            yield key, list(_texts(kind, value))


def _ask(rt: Runtime, batch: Sequence[bytes], act: Any) -> list[Any]:
    def ask() -> list[Any]:
        with rt.store.client.pipeline(transaction=False) as line:
            for key in batch:
                act(line, key)
            return list(line.execute())

    return list(rt.store.guard(ask)) if batch else []


def _texts(kind: bytes, value: Any) -> Iterator[tuple[bytes, bytes]]:
    if kind == b"string":
        yield b"", value
    elif kind == b"hash":
        yield from value.items()
    elif kind == b"list":
        yield from ((b"", text) for text in value)
    else:
        yield from ((b"", text) for _, fields in value for text in fields.values())


def _look_at(
    rt: Runtime, key: bytes, texts: list[tuple[bytes, bytes]], key_ids: frozenset[int], counts: Counts, *, dry: bool
) -> None:
    if key == keys.ring("keyring").encode():
        # One ring in seventy would look as if an old key had sealed a part of it, so that this key could never leave.
        return
    if key.startswith(keys.ring("file", "").encode()):
        # A file is sealed as bytes; it is gone within an hour.
        counts.left += sum(text[0] in key_ids for _, text in texts)
        return
    found = {(field, value): text for field, text in texts for value in find_values(text, key_ids)}
    changed, name = [] if dry else _sealed_again(rt, key, found), key.decode(errors="replace")
    for start in range(0, len(changed), AT_ONCE):
        rt.store.run("reseal", name, {"key": name, "values": changed[start : start + AT_ONCE]})
    counts.resealed += len(changed)
    counts.left += len(found) - len(changed)


def _sealed_again(rt: Runtime, key: bytes, found: dict[tuple[bytes, str], bytes]) -> list[tuple[str, str, str]]:
    """(Old value, new value, field), for those that are known here."""
    changed: list[tuple[str, str, str]] = []
    for (field, value), text in found.items():
        for associated_data in possible_data(key, field, text):
            try:
                new = rt.seal.seal(rt.seal.open(value, associated_data), associated_data)
                changed.append((value, new, field.decode()))
                break
            except SealBroken:
                continue
    return changed
