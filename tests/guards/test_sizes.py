"""Files and functions are small, and each module's first line says what the module is for."""

from __future__ import annotations

import ast

import pytest

from tests.guards.source import PRODUCT, ROOT, TOOLS, files, name_of, tree

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40
EVERYTHING = (*files(*PRODUCT, *TOOLS), ROOT / "wsgi.py", ROOT / "rsgi.py")


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_a_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_a_module_says_what_it_is_for(path):
    text = ast.get_docstring(tree(path))
    assert text, "no docstring"
    assert text.splitlines()[0].strip(), "its first line is empty"


@pytest.mark.parametrize("path", files(*PRODUCT), ids=name_of)
def test_a_function_is_short(path):
    found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [node.name for node in found if _length(node) > MOST_LINES_OF_A_FUNCTION]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines, without the signature and the docstring, which may be long."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
