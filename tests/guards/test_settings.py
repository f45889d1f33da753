"""Each setting is documented in README and .env.example, and the product reads it."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from functools import cache

import pytest

from common.config import Settings
from common.settings_text import env, table
from tests.guards.source import PRODUCT, ROOT, files, tree

NAMES = [field.name for field in fields(Settings)]


def test_readme_has_the_table():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table() in text, "paste what `python -m common.settings_text table` prints"


def test_the_example_is_up_to_date():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env(), (
        "python -m common.settings_text env > .env.example"
    )


@cache
def attributes():
    return {n.attr for p in files(*PRODUCT) for n in ast.walk(tree(p)) if isinstance(n, ast.Attribute)}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_read(name):
    assert name in attributes() or name.upper() in (ROOT / "Procfile").read_text()


def test_nobody_else_reads_the_environment():
    """Only common.config reads settings, except for the files here: record/location.py cannot import common.config,
    and media/sanitizer.py starts a process without settings.

    proxy/check_and_run.py reads no setting: it sets a variable, which is the only way to configure the web server.
    """
    free = {"common/config.py", "record/location.py", "media/sanitizer.py", "proxy/check_and_run.py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files("proxy", "relay", "sessions", "pool", "record", "storage")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }
    assert found <= free


def test_secret_key_opens_the_key_ring_and_does_nothing_else():
    """Rotating it must not make a link, a page or a value invalid: these use keys of the ring."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("secret_key", "secret_key_former")
    }
    assert readers == {"common/assembly.py", "common/warnings.py"}
