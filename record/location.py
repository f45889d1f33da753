"""The addresses of the record and the store, for this package's commands: from the settings of the processes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from record.errors import DatabaseUnusable, RecordError

DEFAULT = "sqlite:///var/maskline.sqlite3"


def environment(file: str = ".env") -> dict[str, str]:
    """The lines of `.env`, overridden by the process's environment."""
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    return {**written, **os.environ}


def database_url(environ: Mapping[str, str]) -> str:
    return _setting(environ, "DATABASE_URL", DatabaseUnusable) or DEFAULT


def store_url(environ: Mapping[str, str]) -> str | None:
    """None if no store is set."""
    return _setting(environ, "REDIS_URL", RecordError)


def ring_secrets(environ: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(_setting(environ, name, RecordError) for name in ("SECRET_KEY", "SECRET_KEY_FORMER"))


def _setting(environ: Mapping[str, str], name: str, kind: type[RecordError]) -> str | None:
    value, path = environ.get(name), environ.get(f"{name}_FILE")
    if value and path:
        raise kind(f"{name} and {name}_FILE are both given. Remove the line {name}=…")
    if not path:
        return value or None
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise kind(f"{name}_FILE cannot be read. Write: {name}_FILE=/run/secrets/{name.lower()}") from None
