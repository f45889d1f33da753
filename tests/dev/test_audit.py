"""`make audit`: a known weakness fails, an advisory source that is away does not, and nobody calls that clean."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from dev import audit
from tests.guards.source import ROOT

CLEAN: dict[str, Any] = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {**CLEAN, "vulns": [{"id": "PYSEC-2099-1", "fix_versions": ["3.1.4"], "aliases": [], "description": "…"}]}
#: What pip-audit 2.10.1 says of a package that the source does not have; it then ends with 0.
SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited: idna (3.20)"}
AWAY = audit.Verdict("not audited: no advisory source", False)


def judge(*packages: dict[str, Any]) -> audit.Verdict:
    return audit.judge(json.dumps({"dependencies": packages, "fixes": []}))


def test_a_known_weakness_fails_with_the_version_that_mends_it():
    verdict = judge(CLEAN, WEAK, SKIPPED)
    assert verdict.weak
    assert "flask 3.1.3: PYSEC-2099-1, mended in 3.1.4" in verdict.text


def test_a_clean_list_says_how_many():
    assert judge(CLEAN, CLEAN) == ("2 packages without a known weakness", False)
    assert judge(CLEAN, SKIPPED) == ("1 packages without a known weakness; not audited: idna", False)


@pytest.mark.parametrize("said", ["", "Traceback", "[]", "{}"])
def test_a_source_that_is_away_is_said(said):
    assert audit.judge(said) == AWAY


def test_a_list_of_which_all_was_skipped_is_not_clean():
    assert judge(SKIPPED, SKIPPED) == AWAY


def test_the_command_without_a_source_ends_well():
    """Without the tool's own environment the source is away as well."""
    done = subprocess.run(
        [sys.executable, "-c", "from pathlib import Path; from dev import audit; audit.TOOL = Path('/bin/false');"
         "raise SystemExit(audit.main())"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.count(AWAY.text) == len(audit.FILES)
