"""One setting: its parser, its default and a line of documentation. common/config.py reads them."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from common.values import Kind


def setting(
    kind: Kind, doc: str, example: str, *, default: str | None = None, optional: bool = False, hidden: bool = False
) -> Any:
    """`default`: text as in the environment. A setting without a default that is not optional is required."""
    more = {"example": example, "default": default, "required": default is None and not optional, "hidden": hidden}
    return field(repr=not hidden, metadata={"kind": kind, "doc": doc, **more})
