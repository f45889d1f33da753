"""The process in which a file is cleaned: `python -m media.sanitizer_process`. A decoder may crash it or make it hang.

Input: a line of JSON {type, limits, cpu, memory}, then the file. Output: the line `clean <type>`, then the clean file;
or the line `unclean <reason>`. It has no settings and no keys, and cannot write files.
"""

from __future__ import annotations

import json
import resource
import sys
from argparse import ArgumentParser
from typing import Any

from media.cleaning.clean import Limits, Unclean, clean

#: Enough for the modules that are imported later.
OPEN_FILES = 32


def confine(cpu: int, memory: int) -> None:
    """Limits this process for the rest of its life: processor time in seconds, address space in bytes."""
    limits = {
        resource.RLIMIT_CPU: cpu, resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }  # fmt: skip
    for resource_type, limit in limits.items():
        resource.setrlimit(resource_type, (limit, limit))


def main() -> None:
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    confine(request["cpu"], request["memory"])
    try:
        cleaned = clean(sys.stdin.buffer.read(), request["type"], Limits(**request["limits"]))
    except Unclean as unclean:
        sys.stdout.buffer.write(f"unclean {unclean.reason}\n".encode())
    else:
        sys.stdout.buffer.write(f"clean {cleaned.type}\n".encode() + cleaned.data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    ArgumentParser(prog="python -m media.sanitizer_process", description=__doc__).parse_args()
    main()
