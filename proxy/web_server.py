"""Runs the web server in this process, which has loaded the application's modules: its workers are forks of it.

So the modules are loaded once for all workers, and the workers share the memory of what none of them changes.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from granian.cli import entrypoint

from common import forks
from policy.content import content
from proxy import hung_workers, loader
from proxy.edge import server
from proxy.server_runtime import server_runtime

#: What each worker would load by itself: all that a webhook needs.
LOADED = (loader, server, content)


def run(arguments: list[str]) -> NoReturn:
    """`arguments`: of the server's command line."""
    loader.application()
    forks.freeze()
    hung_workers.watch(server_runtime().part(hung_workers.LoopReports))
    sys.argv = ["granian", *arguments]
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]
