"""Links to media: they identify no person, cannot be altered, and expire."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import links
from storage.index import Index

PROOF = Index(b"k" * 32).proof
ID = "f-qwvsKgtRIyZevOeHr-DA"
PATH = links.sign(PROOF, ID, 2_000_000_000)
_, _, _, EXPIRES, TOKEN = PATH.split("/")


def test_a_link():
    assert re.fullmatch(r"/media/[\w-]{22}/2000000000/[\w-]{24}", PATH)
    assert links.verify(PROOF, ID, EXPIRES, TOKEN, 1_999_999_999.9)


def test_it_ends():
    assert not links.verify(PROOF, ID, EXPIRES, TOKEN, 2_000_000_000)


def test_ids_do_not_repeat():
    assert len({links.new_id() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("media_id", "expires", "token"),
    [
        ("A" * 22, EXPIRES, TOKEN), (ID, "2000000001", TOKEN), (ID, EXPIRES, TOKEN[:-1]),
        (ID, EXPIRES, TOKEN.lower()),
        (ID, EXPIRES, ""), (ID, EXPIRES, "ü\udc80"), (ID, "02000000000", TOKEN), (ID, " 2000000000", TOKEN),
        (ID, "", TOKEN),
        (ID, "2000000000\n", TOKEN), (ID, "２０００００００００", TOKEN),
        (ID + "\n", EXPIRES, TOKEN), ("..", EXPIRES, TOKEN),
    ],
)  # fmt: skip
def test_forgeries(media_id, expires, token):
    assert not links.verify(PROOF, media_id, expires, token, 0)


@pytest.mark.parametrize(("media_id", "expires"), [("x" * 9_999, EXPIRES), (ID, "9" * 9_999), (ID, "soon")])
def test_nonsense_is_not_even_hashed(media_id, expires):
    assert not links.verify(lambda *parts: pytest.fail("hashed"), media_id, expires, TOKEN, 0)


def test_another_key():
    assert not links.verify(Index(b"j" * 32).proof, ID, EXPIRES, TOKEN, 0)


def test_a_proof_for_something_else():
    """The same key also signs our webhook addresses, so a signature made for one must not work as a media link."""
    assert not links.verify(PROOF, ID, EXPIRES, PROOF("status", ID, EXPIRES), 0)


@given(st.text(), st.text(), st.text())
def test_anything_may_come(media_id, expires, token):
    assert not links.verify(PROOF, media_id, expires, token, 0)


@pytest.mark.parametrize(("media_id", "expires"), [("+15550100199", 9), ("", 9), (ID, 0), (ID, -1), (ID, 10**11)])
def test_what_may_not_be_signed(media_id, expires):
    with pytest.raises(ValueError, match="a link needs an id") as refused:
        links.sign(PROOF, media_id, expires)
    assert "555" not in str(refused.value)
