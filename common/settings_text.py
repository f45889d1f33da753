"""The settings as README and .env.example show them: `python -m common.settings_text table|env`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from common.config import Settings, maker


def _default(meta: Mapping[str, Any]) -> str:
    if meta["default"] is not None:
        return f"`{meta['default']}`"
    return "**required**" if meta["required"] else ""


def table() -> str:
    """The settings as the table in README."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for spec in fields(Settings):
        name = spec.name.upper()
        also = f" Or `{name}_FILE`." if spec.metadata["hidden"] else ""
        rows.append(f"| `{name}` | {_default(spec.metadata)} | {spec.metadata['doc']}{also} |")
    return "\n".join(rows) + "\n"


def env() -> str:
    """The settings as `.env.example`: required ones as lines to fill in, the others commented out."""
    lines = [
        "# Copy to .env and fill in; variables of the environment override this file.",
        "# Made by: python -m common.settings_text env",
    ]
    for spec in fields(Settings):
        meta, name = spec.metadata, spec.name.upper()
        also = f" Or {name}_FILE=/path/of/a/file." if meta["hidden"] else ""
        hint = "" if meta["example"] else f" Make one: {maker(name)} >> .env"
        # No placeholder that could be taken for a value: it would be used in production.
        value = "" if "<" in meta["example"] else meta["example"]
        mark = "" if meta["required"] else "# "
        lines += ["", f"# {meta['doc'].replace('`', '')}{also}{hint}", f"{mark}{name}={value}"]
    return "\n".join(lines) + "\n"


def main() -> None:
    shapes = {"table": table, "env": env}
    about = "Print the settings, as README's table or as .env.example shows them."
    parser = ArgumentParser(prog="python -m common.settings_text", description=about)
    parser.add_argument("shape", nargs="?", choices=sorted(shapes), default="table")
    sys.stdout.write(shapes[parser.parse_args().shape]())


if __name__ == "__main__":
    main()
