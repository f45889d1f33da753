"""The corpus again with nothing replaced: the system's resolver, and a real network in which every address is ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.callbacks.http.namespace import PUBLIC, PUBLIC_6, TRIES
from tests.guards.source import ROOT

# Slow: starts a process in its own network.
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
        pytest.skip("this machine cannot make a network namespace")
    directory = tmp_path_factory.mktemp("namespace")
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.callbacks.http.namespace", str(directory)],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_corpus(report):
    """Also tries an alias of a private name, and a name that is only in this machine's hosts file."""
    assert report["corpus"] == []
    assert report["others"] == {"alias": "private_address", "hosts": "unresolvable"}
    assert report["reached by them"] == []


def test_public_names_are_reached(report):
    assert report["good"] == ["200"] * 3
    assert report["reached by good"] == [[PUBLIC, 443], [PUBLIC_6, 443], [PUBLIC, 443]]


def test_private_addresses_could_have_been_reached(report):
    """The control: listeners are at the addresses of the corpus, and a client without restrictions reaches them."""
    assert report["free"] == ["200"] * 3
    assert report["reached by free"] == [["127.0.0.1", 443], ["169.254.169.254", 80], ["fd00:ec2::254", 80]]


def test_rebinding(report):
    """Each try makes one look-up, and is refused or connects to the address from that look-up."""
    assert report["rebinding"] == {"private_address": TRIES // 2, "tls": TRIES // 2}
    assert report["reached by rebinding"] == [[PUBLIC, 8443]]
    assert report["asked by rebinding"] == TRIES
