"""Each kind of wrong database address has its own error message, which does not show the password."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy.engine import make_url

from record.database import open_engine, ping
from record.errors import DatabaseUnusable

# Slow: starts a command for each database address that cannot be used.
pytestmark = pytest.mark.slow


WORD = "a-secret-word"


def told(url: str) -> str:
    engine = open_engine(url)
    try:
        with pytest.raises(DatabaseUnusable) as caught:
            ping(engine)
    finally:
        engine.dispose()
    assert WORD not in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def test_a_database_that_is_not_there(postgres_url):
    url = make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    assert told(url) == "DATABASE_URL: the server has no database nowhere. Run: createdb nowhere"


def test_a_user_that_is_not_there(postgres_url):
    url = make_url(postgres_url).set(username="nobody", password=WORD).render_as_string(hide_password=False)
    assert told(url).startswith("DATABASE_URL: the server knows no such user. Write: DATABASE_URL=")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"postgresql://u:{WORD}@127.0.0.1:1/x", "nothing listens at the database's address"),
        (f"postgresql://u:{WORD}@no-such-host.invalid/x", "the name of the database's host is not known"),
    ],
)
def test_a_server_that_is_not_there(url, sentence):
    assert sentence in told(url)


def test_a_file_that_is_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be looked at as one " * 20)
    assert "something else than a SQLite database" in told(f"sqlite:///{tmp_path}/notes.txt")


def test_the_migration_says_it_in_one_line(postgres_url, tmp_path):
    url = make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "record.migrate"], env={"DATABASE_URL": url, "PATH": ""}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        1, "DATABASE_URL: the server has no database nowhere. Run: createdb nowhere\n",
    )  # fmt: skip
