"""Values that only matter for minutes are not written to the disk, and so are gone after a restart."""

from __future__ import annotations

from pathlib import Path

from dev import store as embedded
from storage import library
from storage.store import connect

SOURCE = """
local passing = use('storage.passing')
return function()
  passing.set('{KS1}:rate', 'passing', 60000)
  redis.call('SET', '{KS1}:kept', 'kept')
  return 'done'
end
"""


def test_a_passing_value_is_in_memory_alone(tmp_path: Path) -> None:
    store = embedded.start(tmp_path)
    client = connect(store.url)
    assert client.eval(library.script_of(SOURCE), 1, "{KS1}:service", "{}") == b"done"
    assert client.mget("{KS1}:rate", "{KS1}:kept") == [b"passing", b"kept"]
    ttl = client.pttl("{KS1}:rate")
    assert isinstance(ttl, int) and 0 < ttl <= 60_000
    store.kill()
    store = embedded.start(tmp_path)
    try:
        assert connect(store.url).mget("{KS1}:rate", "{KS1}:kept") == [None, b"kept"]
    finally:
        store.stop()
