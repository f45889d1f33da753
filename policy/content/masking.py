"""Masks in a text what was found."""

from __future__ import annotations

from collections.abc import Iterable

from policy.content.rules import Finding


def masked(text: str, findings: Iterable[Finding], cover: str) -> str:
    parts, after = [], 0
    for found in sorted(findings, key=lambda found: found.start):
        if found.end <= after:
            continue
        if found.start >= after:
            parts += [text[after : found.start], cover]
        after = found.end
    return "".join([*parts, text[after:]])
