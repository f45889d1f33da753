"""The recurring work. Each job may run twice, at once or again, and finds everything by itself, without arguments."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable
from functools import cache

from rq.timeouts import JobTimeoutException

from callbacks import run as courier
from common import failures
from common.assembly import build
from common.config import environment, load
from common.runtime import Runtime
from erasure.services import retire, settle_claims
from jobs.reconciling import looks, missed
from jobs.redaction import run as redaction
from outbox import run as outbox
from outbox.attachments import run as files
from pool.drift import check_drift
from record.database import Database, open_engine, ping
from record.drain import BATCH, drain_service
from record.errors import RecordError
from relay.overdue import end_overdue
from services.accounts import Accounts
from sessions.expiry import sweep_service
from storage import keys

log = logging.getLogger("maskline.jobs")

#: A run stops here and leaves the rest to the next: jobs share a process, and none may hold up the others.
SECONDS = 20.0
#: Batches of one Service in one run of the drain.
MOST_BATCHES = 20


@cache
def runtime() -> Runtime:
    """The process's, made at its start: a job comes over the queue without arguments. Raises ConfigError."""
    return build(load(environment()))


def engine(rt: Runtime) -> Database:
    """Raises record.errors.DatabaseUnusable."""
    return open_engine(rt.settings.database_url)


def sweep() -> None:
    """Closes Sessions past their time."""
    rt = runtime()
    _each("sweep", _services(rt), lambda sid: sweep_service(rt, sid))


def drain() -> None:
    """Moves events from the store into the record."""
    rt = runtime()
    # Once, or a database that is down would cost its timeout for each Service.
    ping(rt.part(engine))
    _each("drain", _services(rt), lambda sid: _drain(rt, sid))


def _drain(rt: Runtime, service_sid: str) -> None:
    for _ in range(MOST_BATCHES):
        if drain_service(rt.store, rt.part(engine), service_sid) < BATCH:
            return


def deliver() -> None:
    """Tells the customers' apps what happened; tries go on in threads when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    waiting = courier.services_with_deliveries(rt, owners)
    _each("deliver", waiting, lambda sid: courier.deliver(rt, sid, owners[sid], waiting[sid]))


def forget() -> None:
    """Drops deliveries past their time, and deleted Services of which all is told."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("forget", owners, lambda sid: _forget(rt, owners[sid], sid))


def _forget(rt: Runtime, account_sid: str, service_sid: str) -> None:
    courier.forget(rt, service_sid)
    retire(rt, account_sid, service_sid)


def send() -> None:
    """Sends what waits for the carrier's API; messages are under way in threads when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("send", outbox.services_with_messages(rt, owners), lambda sid: outbox.send_due(rt, sid, owners[sid]))


def reconcile() -> None:
    """Asks the carrier for what it did not tell of relayed messages and calls."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("reconcile", owners, lambda sid: looks.reconcile_service(rt, sid, owners[sid]))


def find_missed() -> None:
    """Finds inbound messages whose webhook never came."""
    rt = runtime()
    services: dict[str, list[str]] = {}
    for sid, account_sid in _registered(rt, keys.installation_services()).items():
        services.setdefault(account_sid, []).append(sid)
    _each("find_missed", services, lambda sid: missed.find_missed(rt, sid, services[sid]))


def end_questions() -> None:
    """Ends questions to the customers' apps that nobody ended in time."""
    rt = runtime()
    waiting = rt.store.having(_services(rt), "question_ends")
    _each("end_questions", waiting, lambda sid: end_overdue(rt, sid))


def redact() -> None:
    """Empties texts at the carrier whose time has come."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("redact", redaction.waiting(rt, owners), lambda sid: redaction.redact_service(rt, sid, owners[sid]))


def check_numbers() -> None:
    """Finds numbers whose webhooks somebody changed at the carrier."""
    rt = runtime()
    _each("check_numbers", _services(rt), lambda sid: check_drift(rt, sid))


def settle() -> None:
    """Ends what a killed process began in an account and did not finish."""
    rt = runtime()
    _each("settle", _accounts(rt), lambda sid: settle_claims(rt, sid))


def see_to_files() -> None:
    """Fetches and cleans what came with messages, and clears up behind them; files are under way when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    waiting = rt.store.having(owners, "attachments")
    _each("see_to_files", waiting, lambda sid: files.process_due(rt, sid, owners[sid]))


def _services(rt: Runtime) -> set[str]:
    return set(_registered(rt, keys.installation_services()))


def _accounts(rt: Runtime) -> set[str]:
    """Also those without a Service yet: the first one may be what was cut off."""
    owners = _registered(rt, keys.installation_services()).values()
    return {*owners, *rt.part(Accounts).sids()}


def _registered(rt: Runtime, key: str) -> dict[str, str]:
    found = rt.store.guard(lambda: rt.store.client.hgetall(key))
    return {name.decode(): value.decode() for name, value in found.items()}


def _each(job: str, sids: Iterable[str], act: Callable[[str], object]) -> None:
    """In a new order each time, so that a run cut short never leaves out the same ones."""
    waiting = list(sids)
    random.shuffle(waiting)
    deadline = time.monotonic() + SECONDS
    while waiting and time.monotonic() < deadline:
        _one(job, waiting.pop(), act)
    if waiting:
        log.warning("%s: %d left for the next run", job, len(waiting))


def _one(job: str, sid: str, act: Callable[[str], object]) -> None:
    try:
        act(sid)
    except JobTimeoutException:
        raise
    except RecordError as error:
        log.error("%s: %s", job, error)
    except Exception as error:
        failures.note(job, sid, error)
