"""Programs with TWILIO_REGION and TWILIO_EDGE set do not reach Maskline until they clear both on the client."""

from __future__ import annotations

import pytest

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


SET = {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"}


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
def test_node(run, node, sdk):
    """See `request` in twilio-node: lib/base/BaseTwilio.js (newest) and lib/rest/Twilio.js (oldest)."""
    run([node, "node/region.js"], 0, SDK=sdk, **SET)
