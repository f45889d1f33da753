"""The process in which a file is cleaned: `python -m media.sanitizer_process`. A decoder may crash, fill or hang it.

In: a line of JSON {type, limits, cpu, memory}, then the file. Out: a line, `clean <type>` and the clean file behind it,
or `unclean <reason>`. It has no settings and no keys, and can write no file.
"""

from __future__ import annotations

import json
import resource
import sys
from argparse import ArgumentParser
from typing import Any

from media.cleaning.clean import Limits, Unclean, clean

#: Enough for the modules that are loaded late.
OPEN_FILES = 32


def confine(cpu: int, memory: int) -> None:
    """For good; the system ends the process that takes more processor time (s), and gives no more addresses (bytes)."""
    most = {
        resource.RLIMIT_CPU: cpu, resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }  # fmt: skip
    for what, limit in most.items():
        resource.setrlimit(what, (limit, limit))


def main() -> None:
    told: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    confine(told["cpu"], told["memory"])
    try:
        found = clean(sys.stdin.buffer.read(), told["type"], Limits(**told["limits"]))
    except Unclean as unclean:
        sys.stdout.buffer.write(f"unclean {unclean.reason}\n".encode())
    else:
        sys.stdout.buffer.write(f"clean {found.type}\n".encode() + found.data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    ArgumentParser(prog="python -m media.sanitizer_process", description=__doc__).parse_args()
    main()
