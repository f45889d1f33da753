"""A web process loads only what its requests need: its start and its memory are mostly imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.guards.source import ROOT

#: Libraries that are imported at first use, if at all, inside the function that needs them.
LATER = {"sqlalchemy", "alembic", "psycopg", "rq", "PIL", "requests", "urllib3", "twilio.rest", "proxy.cli.accounts"}


@pytest.mark.parametrize("module", ["proxy.app", "proxy.edge.server", "proxy.loader", "proxy.check_and_run"])
def test_web_does_not_load_what_it_may_never_use(module):
    code = f"import sys, {module}; print(*sys.modules)"
    command, environ = [sys.executable, "-c", code], {"PATH": "/usr/bin:/bin"}
    loaded = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True).stdout
    assert not LATER & set(loaded.split())
