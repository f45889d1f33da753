"""The key ring's copy, for a process that starts with a store that lost its own."""

from __future__ import annotations

from common.starting import StoreAway
from record.errors import DatabaseUnusable


def copy_for_start(database_url: str) -> str | None:
    """For a store without a ring. Raises StoreAway if the database does not answer: it may have the copy."""
    # Imported here: SQL is a fifth of what a web process would import, and it reads the record for nothing else.
    from record.database import open_existing
    from record.key_ring_copy import read_copy

    try:
        engine = open_existing(database_url)
    except DatabaseUnusable:
        return None  # there is no file yet
    try:
        return read_copy(engine)
    except DatabaseUnusable as error:
        raise StoreAway(f"The store has no key ring, and the database that may have its copy: {error}") from None
    finally:
        engine.dispose()
