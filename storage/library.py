"""Builds what the store runs: the functions in <room>/lua/*.lua and the modules in <room>/lua/modules that they use.

A file uses a module by `local lease = use('pool.lease')`. In the built text each file is the body of a function that is
called once, so its locals stay its own. It comes after the files that it uses.
"""

from __future__ import annotations

import hashlib
import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from storage import keys, short_form

ROOT = Path(__file__).resolve().parents[1]
KEYS = "storage.keys"
#: Modules whose text is made by Python.
GENERATED: dict[str, Callable[[Iterable[str]], str]] = {
    KEYS: keys.lua_module,
    "storage.fields": lambda _: short_form.lua_module(),
}
TRANSACTION = "storage.transaction"
HEAD = "local modules = {}\nlocal function use(name) return modules[name] end"
REGISTER = f"""local run = use('{TRANSACTION}').run
local function register(name, entry, flags)
  local function callback(call_keys, call_arguments) return run(entry, call_keys, call_arguments) end
  redis.register_function({{ function_name = name, callback = callback, flags = flags }})
end"""
#: Functions that free memory, that end or tell what was begun, or that only read. A full store refuses all others
#: before they begin, so none is done by half.
RUN_WHEN_FULL = frozenset(
    {
        "trim_events", "forget_deliveries", "delete_interaction", "delete_session", "purge_service",
        "retire_service", "drop_files", "forget_account", "drain_number", "finish_number", "release_number",
        "restore_notice", "remove_participant", "update_session", "sweep", "release_job", "settle_delivery",
        "settle_redaction", "settle_attachment", "settle_outgoing", "settle_request", "note_status",
        "get_delivery", "list_deliveries", "late_window", "list_messages", "list_outbox", "list_sent",
        "list_drained", "list_numbers", "list_overdue", "list_services", "read_service", "get_interaction",
        "get_participant", "get_session", "list_interactions", "list_participants", "list_sessions",
    }
)  # fmt: skip
PREFIX, VERSION = "maskline_", "@version@"
_USE = re.compile(r"^local \w+ = use\('([\w.]+)'\)$", re.MULTILINE)
_KEY = re.compile(r"\bkeys\.(\w+)\(")


class BrokenSource(Exception):
    """A file uses a module that does not exist, or uses itself through other modules."""


@cache
def functions() -> dict[str, Path]:
    """Name -> file of each function that Python calls."""
    return {path.stem: path for path in sorted(ROOT.glob("*/lua/*.lua"))}


@cache
def modules() -> dict[str, str]:
    """`room.name` -> text of each module, without those that are generated."""
    return {f"{path.parts[-4]}.{path.stem}": path.read_text() for path in sorted(ROOT.glob("*/lua/modules/*.lua"))}


def uses(text: str) -> list[str]:
    """The names of the modules that a file uses."""
    return _USE.findall(text)


def reached(texts: Iterable[str]) -> list[str]:
    """The names of all modules that these files need, each after those that it uses. Raises BrokenSource."""
    done: list[str] = []
    for text in texts:
        _reach(text, (), done)
    return [name for name in done if name not in GENERATED]


def _reach(text: str, path: tuple[str, ...], done: list[str]) -> None:
    for name in uses(text):
        if name in path:
            raise BrokenSource(f"a circle: {' -> '.join((*path, name))}")
        if name in done:
            continue
        if name not in GENERATED:
            if name not in modules():
                raise BrokenSource(f"no module {name}" + (f", which {path[-1]} uses" if path else ""))
            _reach(modules()[name], (*path, name), done)
        done.append(name)


def _body(texts: list[str]) -> str:
    """Lua with the modules that `texts` need."""
    names = reached([*texts, f"local transaction = use('{TRANSACTION}')"])
    used = {key for text in (*texts, *(modules()[name] for name in names)) for key in _KEY.findall(text)}
    made = [(name, make(used)) for name, make in GENERATED.items()]
    parts = [*made, *((name, modules()[name]) for name in names)]
    return "\n".join([HEAD, *(f"modules['{name}'] = {_called(text)}" for name, text in parts)])


def _called(text: str) -> str:
    return f"(function()\n{text.rstrip()}\nend)()"


@cache
def version() -> str:
    """Hash of the whole source. A server knows a function name once, and two releases may run at the same time."""
    return hashlib.sha1(_library().encode(), usedforsecurity=False).hexdigest()[:12]


def name() -> str:
    """The library's name in the store."""
    return f"{PREFIX}{version()}"


def registered(function: str) -> str:
    """The name of a function for FCALL."""
    return f"{function}_{version()}"


def text() -> str:
    """All functions, for FUNCTION LOAD."""
    return f"#!lua name={name()}\n{_library().replace(VERSION, version())}"


@cache
def _library() -> str:
    texts = {name: path.read_text() for name, path in functions().items()}
    calls = [f"register('{name}_{VERSION}', {_called(text)}, {_flags(name)})" for name, text in texts.items()]
    return "\n".join([_body(list(texts.values())), REGISTER, *calls])


def _flags(name: str) -> str:
    return "{ 'allow-oom' }" if name in RUN_WHEN_FULL else "nil"


@cache
def script(name: str) -> str:
    """One function and the modules that it needs, for EVAL, if a store forbids FUNCTION."""
    return script_of(functions()[name].read_text(), when_full=name in RUN_WHEN_FULL)


def script_of(text: str, *, when_full: bool = False) -> str:
    """The same for other text, for example a test's."""
    end = f"return use('{TRANSACTION}').run({_called(text)}, KEYS, ARGV)"
    return "\n".join(["#!lua flags=allow-oom" if when_full else "#!lua", _body([text]), end])


if __name__ == "__main__":
    # For `make lint`, which checks the built text too.
    ArgumentParser(prog="python -m storage.library", description="Prints what FUNCTION LOAD is given.").parse_args()
    print(text())
