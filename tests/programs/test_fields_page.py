"""Runs the examples of docs/fields.md unchanged, with the newest SDKs."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
import requests

from tests.guards.source import ROOT
from tests.programs import sdks
from tests.support.stack import ACCOUNT, TOKEN, Stack

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(valkey_url):
    stack = Stack(valkey_url)
    yield stack
    stack.stop()


def example(language: str) -> str:
    text = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    [found] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(found)


def node() -> list[str | os.PathLike[str]]:
    try:
        return [sdks.node(), "--input-type=commonjs", "-e"]
    except sdks.NoNode as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("language", ["python", "js"])
def test_fields_of_ours_by_an_sdk(stack, language):
    auth, url = (ACCOUNT, TOKEN), f"{stack.url}/proxy/v1/Services"
    requests.post(url, {"UniqueName": "rides"}, auth=auth, timeout=30)
    program = example(language)
    if language == "js":
        # `require` needs CommonJS, where `await` works only inside a function. Several SDK releases are installed.
        command, program = node(), f"(async () => {{ {program.replace('twilio', 'twilio-newest', 1)} }})()"
    else:
        command = [sys.executable, "-c"]
    environ = {
        "PATH": os.environ["PATH"], "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": stack.url,
    }  # fmt: skip
    done = subprocess.run([*command, program], cwd=sdks.NODE, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200 ")
    shown = requests.get(f"{url}/rides", auth=auth, timeout=30).json()
    assert (shown["whisper"], shown["quiet_hours"]) == (True, "21:00-08:00")
    requests.delete(f"{url}/rides", auth=auth, timeout=30)
