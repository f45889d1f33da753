"""The schema is created once, whichever process starts first, and equals the tables in the code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from record.database import open_engine, reading
from record.errors import DatabaseUnusable
from record.migrate import upgrade
from record.schema_check import FOLDER, check, newest
from record.tables import metadata

# Slow: runs migrations on both databases.
pytestmark = pytest.mark.slow


def command(url, cwd):
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.getcwd()}
    return subprocess.Popen(
        [sys.executable, "-m", "record.migrate"], env=environment, cwd=cwd, stderr=subprocess.PIPE, text=True
    )


def test_twice_is_as_good_as_once(database_url):
    upgrade(database_url)
    upgrade(database_url)
    check(open_engine(database_url))


def test_the_migrations_make_the_tables_of_the_code(engine):
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_many_that_start_at_once(database_url, tmp_path):
    started = [command(database_url, tmp_path) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 4
    check(open_engine(database_url))


def test_an_empty_database_says_what_to_run(database_url):
    with pytest.raises(DatabaseUnusable, match=r"Run: python -m record\.migrate"):
        check(open_engine(database_url))


def test_a_bad_url_ends_the_command_with_the_line_to_write(tmp_path):
    process = command("mysql://u:secret@host/x", tmp_path)
    _, told = process.communicate()
    assert process.returncode == 1
    assert "Write: DATABASE_URL=" in told
    assert "secret" not in told and "Traceback" not in told


def test_without_a_url_it_takes_the_file_under_var(tmp_path):
    process = command("", tmp_path)
    assert (process.communicate()[1], process.returncode) == ("", 0)
    assert (tmp_path / "var" / "maskline.sqlite3").exists()


def test_the_newest_schema_is_what_alembic_would_make():
    assert ScriptDirectory(str(FOLDER)).get_heads() == [newest()]
