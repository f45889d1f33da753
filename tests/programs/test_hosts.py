"""SDKs can follow the URLs in an answer unchanged, whatever the length of our host name."""

from __future__ import annotations

import pytest

from tests.programs import sdks

HOSTS = ("localhost", "mask.shop.localhost", "a.mask.shop.localhost")
SESSIONS = 120

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("stack", HOSTS, indirect=True)]


@pytest.mark.parametrize("sdk", [sdks.NEWEST, sdks.OLDEST])
def test_python(run, sdk):
    run([sdks.python(sdk), "-m", "python.paging"], 0, SESSIONS)


def test_python_redirects_to_us(run):
    run([sdks.python(sdks.NEWEST), "-m", "python.hotline"], 1)


def test_node_redirects_to_us(run, node):
    run([node, "node/hotline.js"], 1, SDK="newest")


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
def test_node(run, node, sdk):
    run([node, "node/paging.js"], 0, SESSIONS, SDK=sdk)
