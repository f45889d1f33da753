"""What a check finds, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from common.assembly import build
from common.config import ConfigError, Settings, environment, load
from common.durability import check as check_durability
from common.model import Service
from common.runtime import Runtime
from common.starting import reach
from record.database import Database, open_existing
from services.services import find_service
from storage import keys
from storage.store import Store

GOOD, WARNING, BAD, SKIPPED = "good", "warning", "bad", "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`state`: good | warning | bad | skipped. `mend`: what to do, empty when there is nothing. No person's number."""

    check: str
    state: str
    text: str
    mend: str = ""


class Skipped(Exception):
    """What the check needs is broken, and another check says so."""


class Patient:
    """The installation of this environment, opened part by part: what is broken breaks only what needs it."""

    @cached_property
    def settings(self) -> Settings:
        """Raises ConfigError."""
        return load(environment())

    @cached_property
    def store(self) -> Store:
        """Raises ConfigError with what is wrong with it."""
        reach(self.settings)
        return Store(self.settings.redis_url)

    @cached_property
    def runtime(self) -> Runtime:
        """Raises ConfigError; an unsafe store is another check's."""
        return build(self.settings)

    @cached_property
    def database(self) -> Database:
        """Raises record.errors.DatabaseUnusable."""
        return open_existing(self.settings.database_url)

    def durability(self) -> list[str]:
        """Raises ConfigError."""
        return check_durability(self.store, self.settings.store_durability)

    def service_sids(self) -> list[str]:
        store = self.store
        return sorted(sid.decode() for sid in store.guard(lambda: store.client.hkeys(keys.installation_services())))

    def services(self) -> list[Service]:
        rt = self.runtime
        found = (find_service(rt, sid) for sid in self.service_sids())
        return [service for service in found if service is not None]


Check = Callable[[Patient], Iterator[Finding]]


def needing(part: Callable[[], object], name: str) -> None:
    """Raises Skipped if `part` cannot be had."""
    try:
        part()
    except ConfigError:
        raise Skipped(f"needs {name}") from None
