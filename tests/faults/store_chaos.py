"""C3: the store forgets our functions, hangs, is full, is cut off, and ends its file in half a command."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import replace
from pathlib import Path

from redis import RedisError

from tests.faults.carrier import AT_ONCE, CALM, M1, QUICK
from tests.faults.outcome import Outcome
from tests.faults.processes import send
from tests.faults.storm import Fault, Storm
from tests.faults.suite import FINAL_PATIENCE, SHORT_PATIENCE, Plan, Scene, scene, storm
from tests.faults.traffic import Size

SHORT = Plan(
    texts=150, faults=9, longest=2.0, gap=0.5, pause=0.1, patience=SHORT_PATIENCE, mix=QUICK,
    size=Size(people=30, talks=25, actors=6),
)  # fmt: skip
#: The beginning of a command that power failed in; it was never acknowledged.
HALF_A_COMMAND = b"*3\r\n$3\r\nSET\r\n$4\r\nha"
#: Texts after the store was emptied.
AFTERWARDS = 10


def longer(share: float) -> Plan:
    return Plan(
        texts=int(2_000 * share), faults=int(120 * share), longest=6.0, gap=2.0, pause=0.7, patience=FINAL_PATIENCE,
        mix=M1, size=Size(people=100, numbers=30, talks=100, actors=10, patience=120), final=True,
    )  # fmt: skip


class StoreChaos(Storm):
    def kinds(self) -> dict[str, tuple[int, Fault]]:
        return {
            "flush the functions": (2, self.flush_functions),
            "freeze the store": (2, lambda: self.freeze("store")),
            "fill the store": (2, self.fill),
            "cut off the store": (2, self.cut_off),
            "half a command in the file": (2, self.half_a_command),
            "kill the store": (1, lambda: self.kill("store")),
            "lose answers of the store": (2, self.lose_answers),
        }

    def flush_functions(self) -> None:
        with contextlib.suppress(RedisError):
            self.place.client().function_flush("SYNC")

    def fill(self) -> None:
        """No more memory: each command that may add something is refused."""
        with contextlib.suppress(RedisError):
            client = self.place.client()
            client.config_set("maxmemory", 1)
            time.sleep(self._seconds())
            client.config_set("maxmemory", 0)

    def cut_off(self) -> None:
        """Nothing passes, and no connection ends: as a network that drops packets."""
        proxy = self.place.parts["proxy"].pid
        send(proxy, signal.SIGUSR2)
        time.sleep(self._seconds())
        send(proxy, signal.SIGUSR2)

    def half_a_command(self) -> None:
        self.place.parts["store"].before_next = self._append
        self.kill("store")

    def _append(self) -> None:
        files = sorted(self.place.store_folder.rglob("*.incr.aof"))
        with files[-1].open("ab") as file:
            file.write(HALF_A_COMMAND)


def emptied(here: Scene) -> tuple[int, int, bool]:
    """FLUSHALL. Returns how many later texts were relayed to anybody, how many webhooks were answered with 2xx, and
    whether the installation says that it is not ready."""
    before = sum(len(found) for found in here.carrier.inboxes().values())
    here.place.client().flushall()
    # At once: a job gives the key ring back within a minute.
    said = not here.place.answers("/readyz")
    talks, answered = here.traffic.book.talks, 0
    for n in range(AFTERWARDS):
        talk = talks[n % len(talks)]
        answered += here.carrier.text(talk.people[0], talk.proxies[talk.people[0]], f"after the end {n}")[1]
    relayed = sum(len(found) for found in here.carrier.inboxes().values()) - before
    return relayed, answered, said


def run(folder: Path, seed: int, share: float = 0.0) -> Outcome:
    report, trouble = storm(folder / "storm", seed, longer(share) if share else SHORT, StoreChaos)
    with scene(folder / "emptied", seed, replace(CALM, pauses=AT_ONCE), Size(people=10, talks=6, actors=2)) as here:
        relayed, answered, said = emptied(here)
    faults = report.faults() | ({"relayed from an empty store": relayed} if relayed else {})
    faults |= {"answered by an empty store": answered} if answered else {}
    faults |= {} if said else {"silent about an empty store": 1}
    figure = (
        f"{report.texts} texts, {report.calls} calls, {trouble.counted.total()} faults of the store: "
        f"lost {report.lost}, doubled {report.doubled} (flagged {report.flagged}), to a wrong person "
        f"{report.misdirected}, events missing or doubled {report.events_missing + report.events_doubled}, "
        f"{report.chain}; "
        f"after FLUSHALL {relayed} of {AFTERWARDS} texts were relayed"
    )
    return Outcome(figure, faults, report.examples, dict(trouble.counted))
