"""The corpus once more with nothing in between: the system's resolver and network, where every address is ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.callbacks.http.namespace import PUBLIC, PUBLIC_6, TRIES
from tests.guards.source import ROOT

# Slow: starts a process in a network of its own.
pytestmark = pytest.mark.slow


WAYS = (["unshare", "--net", "--mount"], ["unshare", "--user", "--map-root-user", "--net", "--mount"])


def way() -> list[str] | None:
    if not shutil.which("unshare") or not shutil.which("ip"):
        return None
    usable = (
        each
        for each in WAYS
        if subprocess.run([*each, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0
    )
    return next(usable, None)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    command = way()
    if command is None:
        pytest.skip("no network of one's own is to be had here")
    directory = tmp_path_factory.mktemp("namespace")
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.callbacks.http.namespace", str(directory)],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_corpus(report):
    """With an alias of a name inside, and a name that only this machine's own list knows."""
    assert report["corpus"] == []
    assert report["others"] == {"alias": "private_address", "hosts": "unresolvable"}
    assert report["reached by them"] == []


def test_public_names_are_reached(report):
    assert report["good"] == ["200"] * 3
    assert report["reached by good"] == [[PUBLIC, 443], [PUBLIC_6, 443], [PUBLIC, 443]]


def test_private_addresses_could_have_been_reached(report):
    """The control: the listeners are where the corpus points, and a free client gets there."""
    assert report["free"] == ["200"] * 3
    assert report["reached by free"] == [["127.0.0.1", 443], ["169.254.169.254", 80], ["fd00:ec2::254", 80]]


def test_rebinding(report):
    """Each try asks once, and is refused or goes to the address that it was told."""
    assert report["rebinding"] == {"private_address": TRIES // 2, "tls": TRIES // 2}
    assert report["reached by rebinding"] == [[PUBLIC, 8443]]
    assert report["asked by rebinding"] == TRIES
