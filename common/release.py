"""Loads this release's functions into the store, removes those of old releases: `python -m common.release`.

May be repeated, and does nothing where STORE_FUNCTIONS=script.
"""

from __future__ import annotations

import argparse
import sys

from common import config
from common.assembly import load_functions
from common.config import ConfigError, Settings
from common.starting import check_stores, store_away
from storage import releases
from storage.store import Store, StoreUnavailable


def release(settings: Settings) -> list[str]:
    """Returns the names of the libraries that it removed. Raises ConfigError with the way out."""
    if settings.store_functions == "script":
        return []
    check_stores(settings)
    store = Store(settings.redis_url)
    try:
        load_functions(store, released=True)
        return releases.remove_old(store)
    except StoreUnavailable as error:
        raise store_away("REDIS_URL", error) from None


if __name__ == "__main__":
    about = (__doc__ or "").partition(":")[0]
    argparse.ArgumentParser(prog="python -m common.release", description=about).parse_args()
    try:
        for name in release(config.load(config.environment())):
            print(f"removed the functions {name} of an earlier release")
    except ConfigError as error:
        sys.exit(str(error))
