"""A worker that sends, and dies or freezes where its JSON says: `python -m tests.outbox.messages.driver JSON`."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from typing import Any

from carrier import client
from common import config
from common.assembly import build
from common.claim_worker import Result
from common.runtime import Runtime
from media.rules import Rules as FileRules
from media.rules import rules as file_rules
from outbox import run, send
from outbox.attachments import run as files
from outbox.rules import Rules, rules
from tests.support.stack import ACCOUNT

#: Doubt plus lease is longer than fence plus request, as with the product's own times.
RULES: dict[str, Any] = {"delays": [0.2] * 40, "lease": 2, "fence": 0.8, "look": 0.5, "doubt": 4, "soon": 0.2}
FILE_RULES: dict[str, Any] = {"lease": 6, "attempt": 3, "fetch": 2, "patience": 600, "delays": [0.2]}
TIMEOUT_SECONDS = 2
POLL_SECONDS = 0.02


def main(told: dict[str, Any]) -> None:
    """`service`; `kill`: failpoint -> chance; `freeze`: a failpoint, used once; `rules`; `naive`: retries at once.

    `wait`: the worker starts when it reads a line from standard input.
    """
    client.TIMEOUT_SECONDS = TIMEOUT_SECONDS
    rt = build(config.load(os.environ))
    rt.replace_part(rules, Rules(**{**RULES, **told.get("rules", {})}))
    rt.replace_part(file_rules, FileRules(**FILE_RULES))
    chance, frozen = random.Random(told.get("seed")), list[str]()

    def failpoint(name: str) -> None:
        if name == told.get("freeze") and not frozen:
            frozen.append(name)
            os.kill(os.getpid(), signal.SIGSTOP)
            # The kernel stops the calling thread a moment later: until then the thread must not get past the fence.
            time.sleep(0.3)
        if chance.random() < told.get("kill", {}).get(name, 0):
            os.kill(os.getpid(), signal.SIGKILL)

    rt.failpoint = failpoint
    if told.get("naive"):
        send._look_up = lambda rt, carrier, claim, order: Result("looked", {"delay_ms": 0})
        rt.replace_part(rules, Rules(**{**RULES, "lease": 0.5, "doubt": 0}))
    if told.get("wait"):
        sys.stdin.readline()
    serve(rt, told["service"])


def serve(rt: Runtime, service_sid: str) -> None:
    while True:
        files.process_due(rt, service_sid, ACCOUNT)
        run.send_due(rt, service_sid, ACCOUNT)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
