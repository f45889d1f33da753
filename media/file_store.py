"""Cleaned files in the store: sealed, under a random id, with a limit on total size and on time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from common.runtime import Runtime
from media.cleaning.model import Clean
from media.links import new_id, sign
from media.rules import rules as file_rules
from storage import keys
from storage.seal import SealBroken

MEGABYTE = 1_000_000


def associated_data(file: str) -> str:
    """Of a sealed file: its id."""
    return f"file\0{file}"


def put(rt: Runtime, clean: Clean) -> str | None:
    """Stores the file. Returns its id, or None if the store's limit for files is reached."""
    file = new_id()
    sealed = rt.seal.seal_bytes(f"{clean.type} {clean.extension}\n".encode() + clean.data, associated_data(file))
    limit = rt.settings.media_store_megabytes * MEGABYTE
    args = {"file": file, "size": len(sealed), "ends": rt.now_ms() + rt.part(file_rules).keep * 1000, "most": limit}
    if not rt.store.ring("keep_file", args)["kept"]:
        return None
    rt.store.guard(lambda: rt.store.client.set(keys.ring("file", file), sealed, ex=rt.part(file_rules).keep))
    rt.failpoint("file_kept")
    return file


def read(rt: Runtime, file: str) -> Clean | None:
    """None if it has expired or never existed."""
    sealed = rt.store.guard(lambda: rt.store.client.get(keys.ring("file", file)))
    if sealed is None:
        return None
    try:
        head, _, data = rt.seal.open_bytes(sealed, associated_data(file)).partition(b"\n")
    except SealBroken:
        return None
    kind, _, extension = head.decode().partition(" ")
    return Clean(kind, data, extension)


def links(rt: Runtime, files: Sequence[str]) -> list[str] | None:
    """A URL for each file, valid for the full time from now; None if a file has expired."""
    ends = rt.now_ms() // 1000 + rt.part(file_rules).keep
    for file in files:
        if not rt.store.ring("keep_file", {"file": file, "ends": ends * 1000})["kept"]:
            return None
    return [rt.settings.public_url + sign(rt.index.proof, file, ends) for file in files]


def drop(rt: Runtime, files: Iterable[str]) -> None:
    """Deletes them now."""
    rt.store.ring("drop_files", {"drop": list(files)})
