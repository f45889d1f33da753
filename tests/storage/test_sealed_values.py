"""Sealed values are found in JSON, in MessagePack and alone, and replaced where they still are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealed_values import find_values, key_id_of
from storage.store import Store
from tests.storage.test_seal import OLD, sealed_with
from tests.support import stores

FIRST, SECOND = frozenset((1,)), frozenset((2,))
KEY = "{KS1}:anything"


def value(text: str = "+14155550123", key_id: int = 1) -> str:
    return sealed_with({key_id: OLD}).seal(text, "p")


def packed(text: str) -> bytes:
    """As MessagePack writes a text of 32 characters and more."""
    raw = text.encode()
    head = b"\xd9" + bytes([len(raw)]) if len(raw) < 256 else b"\xda" + len(raw).to_bytes(2, "big")
    return head + raw


@given(st.text(max_size=400), st.binary(max_size=3), st.binary(max_size=3))
def test_in_message_pack_whatever_stands_before_and_after(text: str, before: bytes, after: bytes) -> None:
    """The length before it, and a number after it, may be letters."""
    sealed = value(text)
    raw = b"\x93" + bytes(byte & 0x7F for byte in before) + packed(sealed) + after
    assert sealed in find_values(raw, FIRST)


def test_in_json_and_alone() -> None:
    one, two = value(), value("another", 2)
    raw = f'{{"sealed":"{one}","other":["{two}"]}}'.encode()
    assert (find_values(raw, FIRST), find_values(raw, SECOND)) == ({one}, {two})
    assert find_values(one.encode(), FIRST) == {one} and key_id_of(one) == 1
    assert find_values(f"SM1|{one}".encode(), FIRST) == {one}


@pytest.fixture
def store(valkey_url: str) -> Iterator[Store]:
    stores.empty(valkey_url)
    yield Store(valkey_url)
    stores.empty(valkey_url)


def replace(store: Store, old: str, new: str, *fields: str) -> int:
    values = [(old, new, field) for field in fields or ("",)]
    return int(store.run("reseal", KEY, {"key": KEY, "values": values})["replaced"])


def test_in_a_text_with_an_end(store: Store) -> None:
    old, new = value(), value()
    store.client.set(KEY, b"\xff" + old.encode() + b"-_%", ex=100)
    assert replace(store, old, new) == 1
    assert store.client.get(KEY) == b"\xff" + new.encode() + b"-_%"
    assert 0 < int(store.client.ttl(KEY)) <= 100
    assert replace(store, old, new) == 0, "it may come twice"


def test_in_a_hash_and_in_a_list(store: Store) -> None:
    old, new, other = value(), value(), value()
    store.client.hset(KEY, mapping={"a": old, "b": f"x{old}", "c": other})
    assert replace(store, old, new, "a", "b", "c", "gone") == 2
    assert store.client.hgetall(KEY) == {b"a": new.encode(), b"b": f"x{new}".encode(), b"c": other.encode()}
    store.client.delete(KEY)
    store.client.rpush(KEY, other, f"SM1|{old}")
    assert replace(store, old, new) == 1
    assert store.client.lrange(KEY, 0, -1) == [other.encode(), f"SM1|{new}".encode()]


def test_a_key_that_is_gone_stays_gone(store: Store) -> None:
    assert replace(store, value(), value()) == 0
    assert not store.client.exists(KEY)
