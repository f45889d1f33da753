"""Keeps a folder and all that is in it for its owner alone: it holds secrets, texts and the record."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def keep_private(folder: Path) -> list[Path]:
    """Makes the folder (0700), and sets folders to 0700 and files to 0600. Returns what others could have read.

    New files of this process and its children are private from now on.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [path for path in (folder, *folder.rglob("*")) if _is_mended(path)]


def _is_mended(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
        return False
    if found.st_uid != os.geteuid() or not found.st_mode & 0o077:
        return False
    path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    return True
