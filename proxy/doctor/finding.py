"""The result of a check (Finding), and what a check may read (CheckContext)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from common.assembly import build
from common.config import ConfigError, Settings, environment, load
from common.durability import check as check_durability
from common.model import Service
from common.runtime import Runtime
from common.starting import check_stores
from record.database import Database, open_existing
from record.ring_for_start import copy_for_start
from services.services import find_service
from storage import keys
from storage.store import Store

GOOD, WARNING, BAD, SKIPPED = "good", "warning", "bad", "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`state`: good | warning | bad | skipped. `fix`: what to do, or empty. Never contains a person's number."""

    check: str
    state: str
    text: str
    fix: str = ""


class Skipped(Exception):
    """The check cannot run: something that it needs is broken, and another check reports that."""


class CheckContext:
    """The parts of this installation, each opened at first use: a broken part stops only the checks that need it."""

    @cached_property
    def settings(self) -> Settings:
        """Raises ConfigError."""
        return load(environment())

    @cached_property
    def store(self) -> Store:
        """Raises ConfigError, which says what is wrong with the store."""
        check_stores(self.settings)
        return Store(self.settings.redis_url)

    @cached_property
    def runtime(self) -> Runtime:
        """Raises ConfigError. Does not check the durability of the store: `durability` does."""
        return build(self.settings, ring_copy=copy_for_start)

    @cached_property
    def database(self) -> Database:
        """Raises record.errors.DatabaseUnusable."""
        return open_existing(self.settings.database_url)

    def durability(self) -> list[str]:
        """Returns warnings. Raises ConfigError."""
        return check_durability(self.store, self.settings.store_durability)

    def service_sids(self) -> list[str]:
        store = self.store
        return sorted(sid.decode() for sid in store.guard(lambda: store.client.hkeys(keys.installation_services())))

    def services(self) -> list[Service]:
        rt = self.runtime
        services = (find_service(rt, sid) for sid in self.service_sids())
        return [service for service in services if service is not None]


Check = Callable[[CheckContext], Iterator[Finding]]


def skip_without(open_part: Callable[[], object], name: str) -> None:
    """Raises Skipped if `open_part` raises ConfigError."""
    try:
        open_part()
    except ConfigError:
        raise Skipped(f"needs {name}") from None
