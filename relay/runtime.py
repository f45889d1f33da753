"""Builds everything once: the same object serves web, jobs and command line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from relay.accounts import Accounts
from relay.carrier import Carrier
from relay.config import ConfigError, Settings
from relay.durability import check
from relay.files.fetch import Sources
from relay.files.rules import Rules as FileRules
from relay.model import Account
from relay.outbox.rules import Rules
from relay.outside.door import Door
from relay.refusals import Refusals
from relay.starting import away, reach
from relay.warnings import warnings
from storage.keyring import KeyRingLocked, open_ring
from storage.store import Store, StoreUnavailable

if TYPE_CHECKING:
    from relay.operations.known import Known
    from relay.policy.rules import ContentRules

#: Of the 32 threads that the Procfile gives a web process.
QUESTIONS, WAITING, PLACING = 16, 8, 4

log = logging.getLogger("maskline")


class Runtime:
    """What an operation needs. `clock` gives the time in ms and exists for tests alone."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.index, self.seal = open_ring(store, settings.secret_key, settings.secret_key_former)
        self.accounts = Accounts(self)
        #: For questions to the customers' apps. With those who wait for another's question to end they hold at most
        #: three quarters of a web process's threads: an app that is asked calls us, and must find one.
        self.door = Door(allow_private=settings.allow_private_callbacks, per_account=12, total=QUESTIONS)
        self.waiting = BoundedSemaphore(WAITING)
        #: For calls that are placed: each holds a thread as long as the carrier takes to answer.
        self.placing = BoundedSemaphore(PLACING)
        #: What one inbound of that kind takes a token of, and how many come in a minute.
        self.rates = _rates(settings)
        self.refusals = Refusals(store)
        #: Account -> the day whose segments are sent, so that it is logged once.
        self.exhausted: dict[str, int] = {}
        #: (Service, check) -> when it was last warned that the check failed, and how often it has since.
        self.unchecked: dict[tuple[str, str], tuple[float, int]] = {}
        #: Called by name at the edges where a process may be killed; tests put something there that kills it.
        self.failpoint: Callable[[str], None] = lambda name: None
        #: Tests put shorter times there.
        self.outbox = Rules()
        self.files = FileRules()
        self.sources = Sources(settings.allow_private_callbacks, self.files.limits.bytes_in)
        #: By Service, for webhooks: see relay/operations/known.py.
        self.known: dict[str, Known] = {}
        #: By Service, with the version that they are of: see relay/operations/content.py.
        self.content_rules: dict[str, tuple[str, ContentRules | None]] = {}
        self._carriers: dict[str, tuple[Account, Carrier]] = {}

    def now_ms(self) -> int:
        """For what is told apart by this machine's time; the store's decides for all else."""
        return self.store.clock() if self.store.clock else int(time.time() * 1000)

    def carrier(self, account: Account) -> Carrier:
        known = self._carriers.get(account.sid)
        if known is None or known[0] != account:
            known = account, Carrier(account, self.settings.twilio_api_url)
            self._carriers[account.sid] = known
        return known[1]


def _rates(settings: Settings) -> dict[str, dict[str, int]]:
    return {
        "message": {
            "person": settings.person_messages_per_minute,
            "pair": settings.pair_messages_per_minute,
            "service": settings.service_messages_per_minute,
        },
        "voice": {
            "person": settings.person_calls_per_minute,
            "pair": settings.pair_calls_per_minute,
            "service": settings.service_calls_per_minute,
        },
    }


def build(settings: Settings, clock: Callable[[], int] | None = None) -> Runtime:
    """Connects, checks that the store keeps what it is given, opens the key ring.

    Raises ConfigError with the way out: the process must not start. StoreAway is one that may pass (relay.starting).
    """
    reach(settings)
    for sentence in warnings(settings):
        log.warning(sentence)
    store = Store(settings.redis_url, clock)
    try:
        for sentence in check(store, settings.store_durability):
            log.warning(sentence)
        return Runtime(settings, store)
    except KeyRingLocked as error:
        raise ConfigError(str(error)) from None
    except StoreUnavailable as error:
        raise away("REDIS_URL", error) from None
