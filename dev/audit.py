"""`make audit`: known weaknesses of what is installed, by pip-audit and the OSV database.

It ends with 1 if one is known, and with 0 if none is, or if the database cannot be reached: then it says so. pip-audit
alone calls a list clean from which it had to skip every package; here that counts as not audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / ".venv" / "tools" / "bin" / "pip-audit"
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-tools.txt")
SECONDS = 300


class Verdict(NamedTuple):
    """`weak`: True if a package has a known weakness."""

    text: str
    weak: bool


def main() -> int:
    verdicts = [(name, _audit(name)) for name in FILES]
    for name, verdict in verdicts:
        sys.stdout.write(f"{name}: {verdict.text}\n")
    return int(any(verdict.weak for _, verdict in verdicts))


def judge(said: str) -> Verdict:
    """`said`: pip-audit's report as JSON, or anything else if it could not make one."""
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict("not audited: no advisory source", False)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions'])}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    if found:
        return Verdict("\n  ".join([f"{len(found)} known weaknesses", *found]), True)
    if len(skipped) == len(packages):
        return Verdict("not audited: no advisory source", False)
    missing = f"; not audited: {', '.join(skipped)}" if skipped else ""
    return Verdict(f"{len(packages) - len(skipped)} packages without a known weakness{missing}", False)


def _audit(name: str) -> Verdict:
    # --disable-pip: the file has every package and every hash, so nothing is downloaded or resolved.
    command = [str(TOOL), "--requirement", str(ROOT / name), "--disable-pip", "--require-hashes"]
    command += ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return judge("")
    return judge(done.stdout)


if __name__ == "__main__":
    ArgumentParser(prog="python -m dev.audit", description=__doc__).parse_args()
    sys.exit(main())
