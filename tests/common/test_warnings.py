"""Warnings at start about stores and databases that are reached without TLS."""

from __future__ import annotations

import pytest

from common.warnings import warnings
from tests.common.test_config import settings


@pytest.mark.parametrize(
    ("name", "url", "warned"),
    [
        ("REDIS_URL", "redis://store.shop.example:6379/0", True),
        ("REDIS_URL", "redis://8.8.8.8/0", True),
        ("REDIS_URL", "rediss://store.shop.example/0", False),
        ("REDIS_URL", "redis://10.1.2.3/0", False),
        ("REDIS_URL", "redis://store:6379/0", False),
        ("REDIS_URL", "redis://:pass@store.prod.internal/0", False),
        ("QUEUE_URL", "redis://store.shop.example:6379/1", True),
        ("DATABASE_URL", "postgresql://maskline:pass@db.shop.example/maskline", True),
        ("DATABASE_URL", "postgresql://db.shop.example/maskline?sslmode=prefer", True),
        ("DATABASE_URL", "postgresql://db.shop.example/maskline?sslmode=verify-full", False),
        ("DATABASE_URL", "postgresql://db/maskline", False),
        ("DATABASE_URL", "sqlite:///var/maskline.sqlite3", False),
    ],
)
def test_a_store_or_database_in_another_network_without_tls(name: str, url: str, warned: bool) -> None:
    found = [sentence for sentence in warnings(settings(**{name: url})) if "another network" in sentence]
    assert len(found) == warned
    assert not any("pass" in sentence or "shop.example" in sentence for sentence in found)
