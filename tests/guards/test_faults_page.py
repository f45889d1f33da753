"""docs/reliability.md shows what the suites of tests/faults found, as they wrote it and not by hand."""

from __future__ import annotations

import json
import re

from tests.faults import page
from tests.faults.outcome import Outcome
from tests.faults.suite import FINAL_PATIENCE
from tests.faults.suites import SUITES
from tests.guards.source import ROOT


def test_the_page_shows_the_results():
    shown = page.section(page.PAGE.read_text(encoding="utf-8"))
    assert shown == page.table(page.results()), "run: python -m tests.faults"


def test_every_suite_has_its_test_and_a_result():
    assert not [name for name, suite in SUITES.items() if not (ROOT / "tests" / "faults" / suite.test).is_file()]
    assert {row["suite"] for row in page.results()} == set(SUITES)


def test_a_broken_promise_is_written_too(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    (tmp_path / "page.md").write_text(f"before\n{page.BEGIN}old\n{page.END}after\n")
    page.keep("C1", "short", 2, Outcome("2 texts", {"lost": 1}))
    page.keep("C1", "short", 1, Outcome("1 text", {}))
    page.keep("C1", "short", 1, Outcome("3 texts", {}))
    assert [row["figure"] for row in json.loads((tmp_path / "results.json").read_text())] == ["3 texts", "2 texts"]
    written = (tmp_path / "page.md").read_text()
    assert written.startswith("before\n") and written.endswith("after\n") and "old" not in written
    assert "**Not kept: {'lost': 1}.** 2 texts" in written


def test_long_variants_wait_until_a_lost_status_is_looked_up():
    text = (ROOT / "jobs" / "lua" / "modules" / "next_look.lua").read_text()
    found = re.search(r"local SENT_MS, .* = (\d+),", text)
    assert found and int(found[1]) + 60_000 < FINAL_PATIENCE * 1000
