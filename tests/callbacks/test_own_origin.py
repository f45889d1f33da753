"""A callback URL must not lead to this installation, whatever the host is called and whatever the path is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callbacks.own_origin import is_own
from common import config
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN

SETTINGS = config.load(
    {
        "REDIS_URL": "redis://127.0.0.1:6379/0", "PUBLIC_URL": "https://mask.shop.example", "PORT": "5000",
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "SECRET_KEY": SECRET_KEY,
        "LISTEN_HOST": "10.1.2.3",
    }
)  # fmt: skip
OWN = (
    "https://mask.shop.example/hooks", "https://mask.shop.example", "https://MASK.shop.example:443/x?y",
    "https://mask.shop.example/v1/Accounts/AC1/Proxy/KS1/Webhooks/Message", "http://127.0.0.1:5000/x",
    "http://127.9.9.9:5000", "http://localhost:5000/proxy/v1", "http://a.localhost:5000", "http://[::1]:5000/",
    "http://[::ffff:127.0.0.1]:5000/", "http://0.0.0.0:5000/", "http://[::]:5000/", "http://10.1.2.3:5000/",
    "http://mask.shop.example:5000/", "https://127.0.0.1/",
)  # fmt: skip
OTHERS = (
    "https://shop.example/hooks", "https://app.mask.shop.example/", "https://mask.shop.example:8443/",
    "http://127.0.0.1:8080/hooks", "http://localhost/", "http://10.1.2.4:5000/", "https://notlocalhost:5000/",
)  # fmt: skip


@pytest.mark.parametrize("url", OWN)
def test_our_own(url: str) -> None:
    assert is_own(SETTINGS, url)


@pytest.mark.parametrize("url", OTHERS)
def test_of_others(url: str) -> None:
    assert not is_own(SETTINGS, url)


def test_a_host_that_is_shared_with_the_app() -> None:
    """Only what is below the path of PUBLIC_URL is ours."""
    shared = replace(SETTINGS, public_url="https://shop.example/mask")
    for path in ("/mask", "/mask/", "/mask/proxy/v1", "/mask?x"):
        assert is_own(shared, f"https://shop.example{path}")
    for path in ("/hooks", "/masks", "", "/?/mask/"):
        assert not is_own(shared, f"https://shop.example{path}")
