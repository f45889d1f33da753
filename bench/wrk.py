"""The same load by wrk: its Lua script reads the requests from a file, and each thread takes its own share."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.rounds import CONNECTIONS, PROCESSES, Round, Target

#: Requests are separated by NUL: bodies are percent-encoded, so no request contains one.
SCRIPT = """
local threads = {}
function setup(thread) thread:set('share', #threads); threads[#threads + 1] = thread end
function init(args)
  list, at, wrong, expected = {}, 0, 0, args[3]
  local n = 0
  for text in string.gmatch(io.open(args[1], 'rb'):read('*a'), '%Z+') do
    if n % tonumber(args[2]) == share then list[#list + 1] = text end
    n = n + 1
  end
end
function request() at = at % #list + 1; return list[at] end
function response(status, headers, body)
  if status < 200 or status > 299 or expected and not body:find(expected, 1, true) then wrong = wrong + 1 end
end
function done(summary, latency)
  local e, wrong = summary.errors, 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get('wrong') end
  print(string.format('RESULT {"done":%d,"us":%d,"p99":%d,"wrong":%d,"lost":%d}', summary.requests, summary.duration,
    latency:percentile(99), wrong, e.connect + e.read + e.write + e.timeout))
end
"""


def drive(target: Target, requests: Sequence[bytes], seconds: float, expected: bytes | None) -> Round:
    with tempfile.TemporaryDirectory() as directory:
        script, supply = Path(directory, "requests.lua"), Path(directory, "requests")
        script.write_text(SCRIPT)
        supply.write_bytes(b"\0".join(requests))
        return _run(target, script, supply, len(requests), seconds, expected)


def _run(target: Target, script: Path, supply: Path, most: int, seconds: float, expected: bytes | None) -> Round:
    command = [
        "wrk", "-t", str(PROCESSES), "-c", str(PROCESSES * CONNECTIONS), "-d", f"{max(round(seconds), 1)}s",
        "-s", str(script), f"http://{target.host}:{target.port}/", "--", str(supply), str(PROCESSES),
        *([expected.decode()] if expected else []),
    ]  # fmt: skip
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(answer.partition("RESULT ")[2].splitlines()[0])
    if found["done"] > most:
        raise ValueError(f"{most} requests were too few for {seconds} s: some were sent twice")
    failed = found["wrong"] + found["lost"]
    return Round(found["done"] - found["wrong"], failed, found["us"] / 1e6, found["p99"] / 1000)
