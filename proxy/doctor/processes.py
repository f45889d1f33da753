"""Whether worker and clock are alive, by their signs in the store."""

from __future__ import annotations

from collections.abc import Iterator

from common.heartbeat import CLOCK, WORKER, alive, silence
from proxy.doctor.finding import BAD, GOOD, Finding, Patient, needing

WITHOUT = {
    WORKER: "messages by the carrier's API, callbacks and the record stand still",
    CLOCK: "no job is begun, so nothing is sent later, told or recorded",
}


def check_worker(patient: Patient) -> Iterator[Finding]:
    yield _of(patient, WORKER)


def check_clock(patient: Patient) -> Iterator[Finding]:
    yield _of(patient, CLOCK)


def _of(patient: Patient, process: str) -> Finding:
    needing(lambda: patient.store, "the store")
    seconds = silence(patient.store)[process]
    if alive(seconds):
        return Finding(process, GOOD, f"alive, seen {seconds} s ago")
    seen = "never seen" if seconds is None else f"not seen for {seconds} s"
    return Finding(process, BAD, f"{seen}: {WITHOUT[process]}", f"Run: python -m relay.{process}")
