"""All workers and clocks: `python -m jobs.all`. They are forks of a process that has loaded the code once.

So they share its memory: together they need little more than one that is started by itself.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from functools import partial

from carrier.client import load_sdk
from common import forks
from common.config import Settings
from common.queue_name import QueueName
from jobs import clock, processes, recurring, worker
from jobs.fork_keeper import Part, keep

#: Two of what people wait for: then the other goes on if one hangs or is suspended.
QUEUES = (QueueName.SENDS, QueueName.SENDS, QueueName.FILES, QueueName.REST)
CLOCKS = 2


def serve() -> None:
    settings = processes.prepare(partial(worker.check_sandbox, QueueName.FILES))
    load_sdk()
    # The forks inherit the runtime, but connections that they shared would mix their answers.
    rt = recurring.runtime()
    rt.store.disconnect()
    rt.part(recurring.engine).dispose()
    forks.freeze()
    keep(parts(settings))


def parts(settings: Settings) -> list[Part]:
    workers = [Part(name.value, partial(_run, partial(worker.serve, name), settings)) for name in QUEUES]
    return [*workers, *[Part("clock", partial(_run, clock.serve, settings))] * CLOCKS]


def _run(serve_one: processes.Serve, settings: Settings) -> int:
    return processes.exit_code(lambda: processes.repeat(serve_one, settings))


if __name__ == "__main__":
    ArgumentParser(prog="python -m jobs.all", description=__doc__).parse_args()
    sys.exit(processes.exit_code(serve))
