"""The recurring jobs. Each takes no arguments, reads its work from the store, and may run twice, also at once.

Most work is claimed by a function of the store, or decided by one that changes nothing the second time. Two jobs, which
change numbers at the carrier, are claimed as a whole (`_claimed`).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from rq.timeouts import JobTimeoutException

from callbacks import run as callbacks
from common import failures
from common.assembly import build
from common.config import environment, load
from common.queue_name import QueueName
from common.runtime import Runtime
from common.store_memory import StoreMemory
from erasure.accounts import finish_removal
from erasure.services import retire, settle_claims
from jobs.job_claim import run_claimed
from jobs.reconciling import missed, status_checks
from jobs.redaction import run as redaction
from outbox import run as outbox
from outbox.attachments import run as files
from pool.drift import check_drift
from record.database import Database, open_engine, ping
from record.drain import BATCH, drain_service
from record.errors import RecordError
from record.key_ring_copy import CopyState
from record.key_ring_copy import reconcile as reconcile_copy
from record.ring_for_start import copy_for_start
from relay.overdue import end_overdue
from services.accounts import Accounts
from sessions.expiry import sweep_service
from storage import keys

log = logging.getLogger("maskline.jobs")

#: A run stops after this time and leaves the rest to the next run: the jobs of a queue share its workers.
SECONDS = 20.0
#: For one Service in one run of `drain`.
MAX_BATCHES = 20


@cache
def runtime() -> Runtime:
    """This process's runtime, built at its start: a job has no arguments to bring one. Raises ConfigError."""
    return build(load(environment()), ring_copy=copy_for_start)


def engine(rt: Runtime) -> Database:
    """Raises record.errors.DatabaseUnusable."""
    return open_engine(rt.settings.database_url)


def sweep() -> None:
    """Closes Sessions that have expired."""
    rt = runtime()
    _each("sweep", _services(rt), lambda sid: sweep_service(rt, sid))


def drain() -> None:
    """Moves events from the store into the record."""
    rt = runtime()
    # Once here: otherwise each Service would wait for the timeout of a database that is down.
    ping(rt.part(engine))
    _each("drain", _services(rt), lambda sid: _drain(rt, sid))


def _drain(rt: Runtime, service_sid: str) -> None:
    for _ in range(MAX_BATCHES):
        if drain_service(rt.store, rt.part(engine), service_sid) < BATCH:
            return


def deliver() -> None:
    """Posts events to the customers' apps; threads still post when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    waiting = callbacks.services_with_deliveries(rt, owners)
    rt.part(callbacks.DeliveryWorker).slots.keep_waiting(waiting)
    _each("deliver", waiting, lambda sid: callbacks.deliver(rt, sid, owners[sid], waiting[sid]))


def forget() -> None:
    """Deletes expired deliveries, and what is left of a deleted Service once all its events are delivered."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("forget", owners, lambda sid: _forget(rt, owners[sid], sid))


def _forget(rt: Runtime, account_sid: str, service_sid: str) -> None:
    callbacks.forget(rt, service_sid)
    retire(rt, account_sid, service_sid)


def send() -> None:
    """Sends the outbox's messages to the carrier's API; threads still send when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    waiting = outbox.services_with_messages(rt, owners)
    rt.part(outbox.OutboxWorker).slots.keep_waiting(waiting)
    _each("send", waiting, lambda sid: outbox.send_due(rt, sid, owners[sid]))


def reconcile() -> None:
    """Reads from the carrier the state of relayed messages and calls that no webhook reported."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each("reconcile", owners, lambda sid: status_checks.reconcile_service(rt, sid, owners[sid]))


def find_missed() -> None:
    """Finds inbound messages that the carrier has and no webhook brought."""
    rt = runtime()
    services: dict[str, list[str]] = {}
    for sid, account_sid in _registered(rt, keys.installation_services()).items():
        services.setdefault(account_sid, []).append(sid)
    _each("find_missed", services, lambda sid: missed.find_missed(rt, sid, services[sid]))


def end_questions() -> None:
    """Ends questions to the customers' apps whose web process died before it ended them."""
    rt = runtime()
    waiting = rt.store.services_with(_services(rt), "question_ends")
    _each("end_questions", waiting, lambda sid: end_overdue(rt, sid))


def redact() -> None:
    """Empties the texts at the carrier that are due for redaction."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    _each(
        "redact",
        redaction.services_with_redactions(rt, owners),
        lambda sid: redaction.redact_service(rt, sid, owners[sid]),
    )


def watch_memory() -> None:
    """Logs when the store becomes almost full, also while nobody uses the API."""
    runtime().part(StoreMemory).read()


def check_numbers() -> None:
    """Finds numbers whose webhook URLs were changed at the carrier."""
    rt = runtime()
    _each("check_numbers", _services(rt), _claimed(rt, "check_numbers", check_drift))


def finish_interrupted() -> None:
    """Completes or undoes what a killed process left unfinished in an account."""
    rt = runtime()
    _each("finish_interrupted", _accounts(rt), _claimed(rt, "finish_interrupted", settle_claims))


def finish_removals() -> None:
    """Deletes what is left of accounts that were removed."""
    rt = runtime()
    accounts = _registered(rt, keys.ring("installation_accounts"))
    _each("finish_removals", accounts, _claimed(rt, "finish_removals", finish_removal))


def copy_key_ring() -> None:
    """Keeps a copy of the key ring in the database, and gives it back to a store that lost its own."""
    rt = runtime()
    state = reconcile_copy(rt.store, rt.ring, rt.part(engine))
    if state is CopyState.DIFFERENT:
        log.error("the key rings in the store and in the database differ: see docs/keys.md")
    elif state is not CopyState.SAME:
        log.info("the key ring's copy in the database: %s", state)


def process_attachments() -> None:
    """Fetches and cleans the files of messages, and deletes them when done; threads still work when this returns."""
    rt = runtime()
    owners = _registered(rt, keys.installation_services())
    waiting = rt.store.services_with(owners, "attachments")
    _each("process_attachments", waiting, lambda sid: files.process_due(rt, sid, owners[sid]))


def _services(rt: Runtime) -> set[str]:
    return set(_registered(rt, keys.installation_services()))


def _accounts(rt: Runtime) -> set[str]:
    """Also accounts without a Service: the creation of the first one may have been interrupted."""
    owners = _registered(rt, keys.installation_services()).values()
    return {*owners, *rt.part(Accounts).sids()}


def _registered(rt: Runtime, key: str) -> dict[str, str]:
    entries = rt.store.guard(lambda: rt.store.client.hgetall(key))
    return {name.decode(): value.decode() for name, value in entries.items()}


def _claimed(
    rt: Runtime, job: str, act: Callable[[Runtime, str, Callable[[], bool]], object]
) -> Callable[[str], object]:
    """`act` for a SID, but not while another worker runs this job for that SID."""
    return lambda sid: run_claimed(rt, job, sid, lambda may_begin: act(rt, sid, may_begin))


def _each(job: str, sids: Iterable[str], act: Callable[[str], object]) -> None:
    """In random order, so that runs that stop early do not always leave out the same SIDs."""
    waiting = list(sids)
    random.shuffle(waiting)
    deadline = time.monotonic() + SECONDS
    while waiting and time.monotonic() < deadline:
        _run(job, waiting.pop(), act)
    if waiting:
        log.warning("%s: %d left for the next run", job, len(waiting))


def _run(job: str, sid: str, act: Callable[[str], object]) -> None:
    try:
        act(sid)
    except JobTimeoutException:
        raise
    except RecordError as error:
        log.error("%s: %s", job, error)
    except Exception as error:
        failures.note(job, sid, error)


class Plan(NamedTuple):
    """The queue of a job, and the seconds between two runs."""

    queue: QueueName
    seconds: int


#: Every job. The workers run these and refuse all others. In the first queue are only jobs that never wait for the
#: carrier or for an app: they start threads, which do.
EVERY: dict[Callable[[], None], Plan] = {
    send: Plan(QueueName.SENDS, 1),
    deliver: Plan(QueueName.SENDS, 1),
    end_questions: Plan(QueueName.SENDS, 5),
    process_attachments: Plan(QueueName.FILES, 1),
    drain: Plan(QueueName.REST, 2),
    sweep: Plan(QueueName.REST, 5),
    reconcile: Plan(QueueName.REST, 15),
    redact: Plan(QueueName.REST, 15),
    watch_memory: Plan(QueueName.REST, 10),
    find_missed: Plan(QueueName.REST, 60),
    finish_interrupted: Plan(QueueName.REST, 60),
    finish_removals: Plan(QueueName.REST, 60),
    copy_key_ring: Plan(QueueName.REST, 60),
    forget: Plan(QueueName.REST, 300),
    check_numbers: Plan(QueueName.REST, 600),
}
