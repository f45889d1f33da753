"""Runs the web server in this process, which has loaded the application's modules: its workers are forks of it.

So the modules are loaded once for all workers, and the workers share the memory of what none of them changes.
"""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from granian.cli import entrypoint

from proxy import loader
from proxy.edge import server

#: What each worker would load by itself: all that a webhook needs.
LOADED = (loader, server)


def run(arguments: list[str]) -> NoReturn:
    """`arguments`: of the server's command line."""
    # The garbage collector would write into each object that it looks at, and so copy its page for each worker.
    gc.collect()
    gc.freeze()
    sys.argv = ["granian", *arguments]
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]
