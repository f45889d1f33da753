"""Reads Lua files for the guards: a function's local variables, and its writes that last longer than one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_lua
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_lua.language()))
FUNCTIONS = ("function_declaration", "function_definition")
BLOCKS = ("block", "for_statement", "repeat_statement")
#: Functions that change the table given as their first argument.
CHANGES = ("table.insert", "table.remove", "table.sort")


@dataclass
class Found:
    """`locals`: how many names each function declares, the main chunk first;
    `writes`: the lines that write to a variable at file level.
    """

    locals: list[int] = field(default_factory=lambda: [0])
    writes: list[str] = field(default_factory=list)


@dataclass
class Place:
    """`scopes`: each open block's names, and whether it is at file level; `function`: its index in Found.locals."""

    scopes: list[tuple[set[str], bool]]
    function: int

    def is_of_the_file(self, name: str) -> bool:
        return next((of_file for names, of_file in reversed(self.scopes) if name in names), False)


def read(text: str) -> Found:
    root = PARSER.parse(text.encode()).root_node
    assert not root.has_error, "no Lua"
    found = Found()
    _walk(root, Place([(set(), True)], 0), found)
    return found


def _walk(node: Node, place: Place, found: Found) -> None:
    if node.type in FUNCTIONS:
        _function(node, place, found)
        return
    inner = Place([*place.scopes, (set(), place.function == 0)], place.function) if node.type in BLOCKS else place
    if node.type == "variable_declaration":
        # The names exist only after the values, so the values are read first.
        for child in node.children:
            _walk(child, inner, found)
        _declare(_names(node), inner, found)
        return
    if node.type in ("for_numeric_clause", "for_generic_clause"):
        _declare(_names(node), inner, found)
    elif place.function:
        _note_write(node, inner, found)
    for child in node.children:
        _walk(child, inner, found)


def _function(node: Node, place: Place, found: Found) -> None:
    name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    if name is not None and any(child.type == "local" for child in node.children):
        _declare([_text(name)], place, found)
    elif name is not None and place.function and place.is_of_the_file(_root(name)):
        found.writes.append(_line(node))
    found.locals.append(0)
    inner = Place([*place.scopes, (set(), False)], len(found.locals) - 1)
    taken = [child for child in parameters.children if child.type == "identifier"] if parameters else []
    _declare([_text(one) for one in taken], inner, found)
    for child in node.children:
        if child.type == "block":
            _walk(child, inner, found)


def _declare(names: list[str], place: Place, found: Found) -> None:
    place.scopes[-1][0].update(names)
    found.locals[place.function] += len(names)


def _names(node: Node) -> list[str]:
    """The names that a declaration or a loop's head declares."""
    if node.type == "for_numeric_clause":
        return [_text(node.children[0])]
    lists = [one for one in _below(node, 2) if one.type == "variable_list"]
    return [_text(child) for one in lists[:1] for child in one.children if child.type == "identifier"]


def _note_write(node: Node, place: Place, found: Found) -> None:
    targets: list[Node] = []
    if node.type == "assignment_statement" and node.parent is not None and node.parent.type != "variable_declaration":
        targets = [child for child in node.children[0].children if child.is_named]
    elif node.type == "function_call" and _text(node.children[0]) in CHANGES:
        targets = [child for child in node.children[1].children if child.is_named][:1]
    found.writes += [_line(node) for one in targets if place.is_of_the_file(_root(one))]


def _below(node: Node, depth: int) -> Iterator[Node]:
    for child in node.children:
        yield child
        if depth > 1:
            yield from _below(child, depth - 1)


def _root(node: Node) -> str:
    """The first name of an expression: `a` in `a.b[c].d`."""
    while node.type != "identifier" and node.children:
        node = node.children[0]
    return _text(node)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _line(node: Node) -> str:
    return f"{node.start_point[0] + 1}: {_text(node).splitlines()[0]}"
