"""Functions of the store are short, headers state arguments and results, and modules have no import cycles."""

from __future__ import annotations

import ast
import re

import pytest

from storage import library
from tests.guards import lua_source
from tests.guards.source import PRODUCT, ROOT, files, name_of, tree
from tests.guards.test_imports import ROOMS

MOST_LINES = 60
#: Lua allows 200 local variables at once.
MOST_LOCALS = 120
#: Modules that keep the results of a pure function: an equal text always gives an equal document, or equal bytes.
PURE = {"storage/lua/modules/decoded.lua", "storage/lua/modules/sids.lua"}
FUNCTIONS = tuple(ROOT.glob("*/lua/*.lua"))
MODULES = tuple(ROOT.glob("*/lua/modules/*.lua"))
HEADER = ("-- KEYS: ", "-- ARGV: ", "-- Returns: ")


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def header(path):
    """The comment lines at the top of the file."""
    found = []
    for line in lines(path):
        if not line.startswith("--"):
            break
        found.append(line)
    return found


@pytest.mark.parametrize("path", [*FUNCTIONS, *MODULES], ids=name_of)
def test_a_file_is_short(path):
    assert len(lines(path)) <= MOST_LINES


@pytest.mark.parametrize("path", FUNCTIONS, ids=name_of)
def test_a_function_says_what_it_takes_and_gives(path):
    told = [line for line in header(path) if line.startswith(HEADER)]
    assert not header(path)[0].startswith(HEADER), "the first line says what it does"
    assert [line.split(":")[0] + ": " for line in told] == list(HEADER)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_begins_with_a_comment(path):
    assert lines(path)[0].startswith("-- ")


@pytest.mark.parametrize("path", FUNCTIONS, ids=name_of)
def test_the_header_names_each_argument_that_is_read(path):
    body = "\n".join(line for line in lines(path) if not line.startswith("--"))
    told = set(re.findall(r"\w+", " ".join(header(path))))
    assert set(re.findall(r"\bargs\.(\w+)", body)) <= told


def test_each_function_is_called():
    constants = {
        node.value
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {path.stem for path in FUNCTIONS} <= constants


@pytest.mark.parametrize("path", [*FUNCTIONS, *MODULES], ids=name_of)
def test_a_module_uses_those_of_rooms_before_its_own(path):
    room = path.relative_to(ROOT).parts[0]
    taken = {name.partition(".")[0] for name in library.uses(path.read_text())}
    assert taken <= set(ROOMS[: ROOMS.index(room) + 1])


@pytest.mark.parametrize("path", [*FUNCTIONS, *MODULES], ids=name_of)
def test_a_module_is_used_where_it_is_taken(path):
    text = path.read_text()
    for name, taken in re.findall(r"^local (\w+) = use\('[\w]+\.(\w+)'\)$", text, re.MULTILINE):
        assert name == taken, "a module has one name everywhere"
        assert re.search(rf"\b{name}\.", text.split(f".{taken}')", 1)[1]), f"{name} is taken and not used"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arguments_are_read_in_the_function_alone(path):
    code = [line for line in lines(path) if not line.lstrip().startswith("--")]
    assert name_of(path) == "storage/lua/modules/transaction.lua" or not re.search(r"\bargs\b", "\n".join(code))


@pytest.mark.parametrize("path", [*FUNCTIONS, *MODULES], ids=name_of)
def test_nothing_outlives_a_call(path):
    """A variable at file level keeps its value from one call to the next, even for another account's call."""
    text = path.read_text()
    assert not lua_source.read(text).writes
    assert ("storage.remembered" in library.uses(text)) == (name_of(path) in PURE)


@pytest.mark.parametrize("path", [*FUNCTIONS, *MODULES], ids=name_of)
def test_a_function_has_few_locals(path):
    assert max(lua_source.read(path.read_text()).locals) <= MOST_LOCALS


@pytest.mark.parametrize("text", [library.text(), *map(library.script, library.functions())], ids=lambda text: "text")
def test_what_is_built_has_few_locals(text):
    assert max(lua_source.read(text).locals) <= MOST_LOCALS


def test_a_circle_is_refused(monkeypatch):
    circle = {"pool.one": "local two = use('pool.two')", "pool.two": "local one = use('pool.one')"}
    monkeypatch.setattr(library, "modules", lambda: circle)
    with pytest.raises(library.BrokenSource, match=r"pool\.two -> pool\.one -> pool\.two"):
        library.reached([circle["pool.one"]])
    with pytest.raises(library.BrokenSource, match=r"no module pool\.three"):
        library.reached(["local three = use('pool.three')"])


def test_each_module_is_reached():
    reached = library.reached(path.read_text() for path in FUNCTIONS)
    assert {library.TRANSACTION, *reached} == set(library.modules())


def test_no_function_scans_the_whole_store():
    found = [name_of(p) for p in (*FUNCTIONS, *MODULES) if re.search(r"call\('(KEYS|SCAN|FLUSH\w+)'", p.read_text())]
    assert not found


def test_the_library_has_them_all():
    assert set(library.functions().values()) == set(FUNCTIONS), "two functions of one name"
    assert all(f"register('{library.registered(name)}'" in library.text() for name in library.functions())
