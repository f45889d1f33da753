"""Where the record lies, for the commands of this package: the same DATABASE_URL that the processes read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from record.errors import DatabaseUnusable

DEFAULT = "sqlite:///var/maskline.sqlite3"


def environment(file: str = ".env") -> dict[str, str]:
    """The process's environment over the lines of `.env`."""
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    return {**written, **os.environ}


def database_url(environ: Mapping[str, str]) -> str:
    url, path = environ.get("DATABASE_URL"), environ.get("DATABASE_URL_FILE")
    if url and path:
        raise DatabaseUnusable("DATABASE_URL and DATABASE_URL_FILE are both given. Remove the line DATABASE_URL=…")
    if not path:
        return url or DEFAULT
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise DatabaseUnusable(
            "DATABASE_URL_FILE cannot be read. Write: DATABASE_URL_FILE=/run/secrets/database_url"
        ) from None
