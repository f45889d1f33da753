"""The corpus of URLs that lead, or seem to lead, into a private network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("corpus.tsv")


class Case(NamedTuple):
    url: str
    addresses: list[str]
    kind: str


def _case(line: str) -> Case:
    url, addresses, kind = line.split("\t")
    return Case(json.loads(f'"{url}"'), [] if addresses == "-" else addresses.split(","), kind)


CASES = [_case(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
