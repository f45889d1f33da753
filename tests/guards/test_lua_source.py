"""The guards' Lua reader finds every kind of write to a variable at file level, and no other writes."""

from __future__ import annotations

import pytest

from tests.guards import lua_source

FILE = """
local lease = { most = 3 }
local last, rows = 0, {}
function lease.take(tx, rows_of)
  local count = 1
  %s
end
return lease
"""


@pytest.mark.parametrize(
    "line",
    [
        "last = tx.now", "count, last = 1, 2", "lease.most = 4", "lease.rows[1] = 2", "rows[#rows + 1] = tx",
        "table.insert(rows, tx)", "table.remove(lease.rows, 1)", "if tx then last = 1 end",
        "for n = 1, 2 do rows[n] = n end", "local function inner() last = 1 end", "function lease.give() end",
        "return function() last = 2 end", "repeat last = 1 until true", "local last = (function() last = 1 end)()",
    ],
)  # fmt: skip
def test_a_write_to_the_file_level_is_seen(line):
    assert len(lua_source.read(FILE % line).writes) == 1


@pytest.mark.parametrize(
    "line",
    [
        "count = 2", "tx.last = 1", "rows_of[1] = 2", "local last = 1 last = 2", "local rows = {} rows[1] = 2",
        "for last = 1, 2 do last = 3 end", "for _, rows in ipairs(tx) do rows.x = 1 end", "table.insert(rows_of, last)",
        "local function inner(last) last = 1 end", "tx.rows = rows", "local function last() end last = 1",
    ],
)  # fmt: skip
def test_another_write_is_none(line):
    assert not lua_source.read(FILE % line).writes


def test_locals_are_counted_for_each_function():
    assert lua_source.read(FILE % "for n, m in pairs(tx) do local k, l = n, m end").locals == [3, 7]
