"""The process in which a file is cleaned: `python -m media.sanitizer_process`. A decoder may crash it or make it hang.

Input: a line of JSON {type, limits, cpu, memory, sandbox}, then the file. Output: the line `clean <type>`, then the
clean file; or the line `unclean <reason>`. It has no settings and no keys. Before it looks at the file it locks itself
into the sandbox (media/sandbox.py): after that it has nothing but the two pipes.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from media import sandbox
from media.cleaning.clean import Limits, Unclean, clean
from media.warm_up import warm_up


def main() -> None:
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    warm_up()
    sandbox.limit(request["cpu"], request["memory"])
    sandbox.lock(sandbox.Mode(request["sandbox"]))
    try:
        cleaned = clean(sys.stdin.buffer.read(), request["type"], Limits(**request["limits"]))
    except Unclean as unclean:
        sys.stdout.buffer.write(f"unclean {unclean.reason}\n".encode())
    else:
        sys.stdout.buffer.write(f"clean {cleaned.type}\n".encode() + cleaned.data)
    sys.stdout.buffer.flush()
    # At once: Python's own way out could still run what a decoder left behind.
    os._exit(0)


if __name__ == "__main__":
    ArgumentParser(prog="python -m media.sanitizer_process", description=__doc__).parse_args()
    main()
