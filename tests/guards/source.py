"""The product's files as the guards read them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = (
    "proxy", "jobs", "erasure", "relay", "outbox", "media", "callbacks", "sessions", "policy", "pool", "services",
    "carrier", "common", "record", "storage", "simulator", "dev",
)  # fmt: skip
TOOLS = ("tests", "bench")


class Import(NamedTuple):
    """`file` contains `import target` or `from target import …`; `runtime` is False under TYPE_CHECKING."""

    file: str
    line: int
    target: str
    runtime: bool

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.target}"


@cache
def files(*packages: str, suffix: str = ".py") -> tuple[Path, ...]:
    found = (path for package in packages for path in (ROOT / package).rglob(f"*{suffix}"))
    return tuple(sorted(path for path in found if "node_modules" not in path.parts))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def modules() -> dict[str, Path]:
    """Dotted name -> file, for all our own modules."""
    found = {}
    for path in (*files(*PRODUCT, *TOOLS), ROOT / "wsgi.py", ROOT / "rsgi.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """All imports of a file, also those inside functions."""
    later = {id(node) for branch in _type_checking(tree(path)) for node in ast.walk(branch)}
    return tuple(
        Import(name_of(path), getattr(node, "lineno", 0), target, id(node) not in later)
        for node in ast.walk(tree(path))
        for target in _targets(node, path)
    )


def _type_checking(module: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(module):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from node.body


def _targets(node: ast.AST, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = path.relative_to(ROOT).parts[: -node.level]
            base = ".".join((*parts, *filter(None, [base])))
        # `from relay import config` counts as an import of the module, not of its package.
        yield from {name if (name := f"{base}.{alias.name}") in modules() else base for alias in node.names}


def ours(target: str) -> bool:
    return target.partition(".")[0] in (*PRODUCT, *TOOLS, "wsgi")


def foreign(target: str) -> bool:
    top = target.partition(".")[0]
    return not ours(target) and top not in sys.stdlib_module_names and top != "__future__"
