"""docs/cryptography.md is the list of all cryptography: each module that uses any, and with which algorithms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.guards.source import PRODUCT, ROOT, files, imports, name_of, tree

PACKAGES = tuple(package for package in PRODUCT if package not in ("simulator", "dev"))
LIBRARIES = {"hashlib", "hmac", "secrets", "ssl", "cryptography", "itsdangerous", "certifi"}
#: Generators that can be predicted. `random` is for delays and samples alone.
JITTER = {"callbacks/rules.py", "jobs/recurring.py", "jobs/redaction/response.py", "outbox/rules.py", "pool/drift.py"}
#: How an algorithm is named in our code, and in the page.
ALGORITHMS = {
    "sha256": "SHA-256", "sha1": "SHA-1", "AESGCM": "AES-256-GCM", "Scrypt": "scrypt", "SSLContext": "TLS",
    "create_default_context": "TLS", "token_hex": "random", "token_bytes": "random", "token_urlsafe": "random",
    "urandom": "random",
}  # fmt: skip
OTHERS = re.compile(
    r"(?i)\b(md5|sha512|sha384|sha224|sha3_\w+|blake2\w|des|rc4|arc4|ecb|cbc|ctr|ofb|cfb|rsa|pkcs1\w*)\b"
)
PAGE = (ROOT / "docs" / "cryptography.md").read_text(encoding="utf-8")
ROWS = {
    file: cells
    for found, cells in re.findall(r"^\| ((?:`[\w/]+\.py`(?:, )?)+) \| (.+) \|$", PAGE, re.MULTILINE)
    for file in re.findall(r"`([\w/]+\.py)`", found)
}


def test_every_module_that_uses_cryptography_is_on_the_page():
    users = {
        name_of(path) for path in files(*PACKAGES) if used(tree(path)) or LIBRARIES & {i.top for i in imports(path)}
    }
    assert users == set(ROWS)


def test_each_row_names_the_algorithms_that_the_module_uses():
    named = {file: {name for name in ALGORITHMS.values() if name in cells} for file, cells in ROWS.items()}
    assert named == {file: {ALGORITHMS[word] for word in used(tree(ROOT / file))} for file in ROWS}


def test_no_other_algorithm_is_used():
    words = {
        (name_of(path), word)
        for path in files(*PACKAGES)
        for text in _words(tree(path))
        for word in OTHERS.findall(text)
    }
    assert words == set()


def test_sha_1_is_used_for_the_carriers_signature_alone():
    """Twilio's signature is an HMAC-SHA1. The other two name a text of our own and protect nothing."""
    users = {name_of(path) for path in files(*PACKAGES) if "sha1" in used(tree(path))}
    assert users == {"carrier/signature.py", "storage/library.py", "storage/store.py"}
    for name in ("storage/library.py", "storage/store.py"):
        assert (ROOT / name).read_text().count("sha1(") == (ROOT / name).read_text().count("usedforsecurity=False")


def test_what_must_not_be_guessed_is_never_from_a_generator_that_can_be_predicted():
    users = {name_of(path) for path in files(*PACKAGES) if {"random", "uuid"} & {i.top for i in imports(path)}}
    assert users == JITTER
    for name in JITTER:
        calls = {ast.unparse(node) for node in ast.walk(tree(ROOT / name)) if isinstance(node, ast.Attribute)}
        assert {call for call in calls if call.startswith("random.")} <= {
            "random.uniform",
            "random.shuffle",
            "random.sample",
        }


def used(module: ast.Module) -> set[str]:
    return {word for text in _words(module) for word in ALGORITHMS if text == word}


def _words(module: ast.Module) -> Iterator[str]:
    """Names, attributes and texts of code; not of comments and docstrings."""
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 20:
            yield node.value
