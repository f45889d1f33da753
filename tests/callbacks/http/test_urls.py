"""Which URLs check_url accepts, how it refuses the others, and how a URL is split."""

from __future__ import annotations

import pytest

from callbacks.http.urls import MAX_CHARACTERS, UrlRefused, check_url, split_url
from tests.callbacks.http.corpus import CASES

GOOD = {
    "https://shop.example": ("https", "shop.example", 443, "/"),
    "https://shop.example?a=1": ("https", "shop.example", 443, "/?a=1"),
    "https://shop.example/?": ("https", "shop.example", 443, "/"),
    "HTTPS://Shop.EXAMPLE/Hook?Key=%2B%20~": ("https", "shop.example", 443, "/Hook?Key=%2B%20~"),
    "https://shop.example:443/a": ("https", "shop.example", 443, "/a"),
    "https://shop.example:8443/a//b/../c": ("https", "shop.example", 8443, "/a//b/../c"),
    "https://shop.example/hook#rc=3&rt=4000": ("https", "shop.example", 443, "/hook"),
    "https://bücher.example/": ("https", "xn--bcher-kva.example", 443, "/"),
    "https://faß.example/": ("https", "xn--fa-hia.example", 443, "/"),
    "https://xn--bcher-kva.example/": ("https", "xn--bcher-kva.example", 443, "/"),
    "https://r3---sn-x.video.example/": ("https", "r3---sn-x.video.example", 443, "/"),
    "https://1.2.3.4.shop.example/": ("https", "1.2.3.4.shop.example", 443, "/"),
    "https://8.8.8.8/": ("https", "8.8.8.8", 443, "/"),
    "https://[2606:4700:0::1111]:8443/": ("https", "2606:4700::1111", 8443, "/"),
    "https://127.0.0.1.shop.example/": ("https", "127.0.0.1.shop.example", 443, "/"),
    f"https://shop.example/{'x' * (MAX_CHARACTERS - 21)}": ("https", "shop.example", 443, f"/{'x' * 2027}"),
}  # fmt: skip
AT_HOME = {
    "http://127.0.0.1:5055/hook": ("http", "127.0.0.1", 5055, "/hook"),
    "http://localhost/": ("http", "localhost", 80, "/"),
    "http://customer_app:3000/": ("http", "customer_app", 3000, "/"),
    "https://[::1]:9/": ("https", "::1", 9, "/"),
    "https://app.local/": ("https", "app.local", 443, "/"),
}
STILL_BAD = [
    "http://",
    "ftp://localhost/",
    "http://127.1/",
    "http://user@localhost/",
    "http://localhost:0/",
    "http://a b/",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_good_one(url):
    assert check_url(url) is None
    target = split_url(url)
    assert (target.scheme, target.host, target.port, target.path) == GOOD[url]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.kind == "refused_url"], ids=lambda case: ascii(case.url)
)
def test_a_bad_one(case):
    assert check_url(case.url)


@pytest.mark.parametrize("url", AT_HOME)
def test_at_home(url):
    assert check_url(url)
    assert check_url(url, allow_private=True) is None
    target = split_url(url, allow_private=True)
    assert (target.scheme, target.host, target.port, target.path) == AT_HOME[url]


@pytest.mark.parametrize("url", STILL_BAD)
def test_strict_at_home_too(url):
    assert check_url(url, allow_private=True)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://Shop.Example:443#x", "https://shop.example/"),
        ("https://shop.example:8443?a=1#x", "https://shop.example:8443/?a=1"),
        ("https://[2606:4700::1]:8443/", "https://[2606:4700::1]:8443/"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ],
)
def test_as_the_receiver_sees_it(url, seen):
    assert split_url(url).url == seen
    assert split_url(seen).url == seen


def test_too_long():
    assert "characters" in (check_url(f"https://shop.example/{'x' * MAX_CHARACTERS}") or "")
    assert check_url(f"https://{'a' * 64}.example/")
    assert check_url(f"https://{'a.' * 130}example/")


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.url))
def test_a_reason_never_repeats_the_url(case):
    secret = f"https://canary@{case.url}canary"
    with pytest.raises(UrlRefused) as refused:
        split_url(secret)
    assert "canary" not in str(refused.value)
    assert str(refused.value).startswith("must ")
