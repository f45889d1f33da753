"""One client creates 1,000 Sessions at once under an installation's default limits, and gets no error.

twilio-python repeats no POST. twilio-node repeats one only with autoRetry, three times within at most 1.4 s, and does
not read Retry-After. So both avoid an error only if the limit's bucket is as large as the burst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from common.config import Settings
from tests.programs import sdks
from tests.support import stores
from tests.support.stack import Stack

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


LIMITS = {one.name.upper(): one.metadata["default"] for one in fields(Settings) if one.name.startswith("api_")}


@pytest.fixture
def stack(request: pytest.FixtureRequest, valkey_url: str) -> Iterator[Stack]:
    """Uses a database of its own, so that no other test has used up the account's limit."""
    found = Stack(stores.database(valkey_url, request.param), host="mask.shop.localhost", **LIMITS)
    yield found
    found.stop()


@pytest.mark.parametrize("stack", [7], indirect=True)
def test_python(run):
    run([sdks.python(sdks.NEWEST), "-m", "python.burst"], 0)


@pytest.mark.parametrize("stack", [8], indirect=True)
def test_node(run, node):
    run([node, "node/burst.js"], 0, SDK="newest")
