"""A newcomer pastes README's commands and those of the welcome of `make run`, in order and unchanged: all work."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dev.welcome import welcome
from tests.dev.test_run import Started, ports, project, settings_of
from tests.guards.source import ROOT

__all__ = ["ports", "project"]


def blocks(language: str) -> list[str]:
    """README's code blocks in this language under `A first masked message`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## A first masked message")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)


def pasted(url: str) -> tuple[str, str]:
    """The shell commands and the Python lines that `make run` prints as its welcome."""
    shell, _, python = welcome(url, simulated=True).partition("The same from Python")
    indented = ["\n".join(line[2:] for line in text.splitlines() if line.startswith("  ")) for text in (shell, python)]
    return indented[0], indented[1]


@pytest.fixture
def running(project, ports) -> Iterator[Started]:
    # README's commands find `python` and its packages in .venv.
    (project / ".venv").symlink_to(ROOT / ".venv")
    started = Started(project, **ports)
    started.up()
    yield started
    started.process.terminate()
    started.ended()


# Slow: starts everything once, and runs two blocks of commands.
@pytest.mark.slow
def test_everything_pasted_in_one_go(running):
    shell, python = pasted(settings_of(running.root)["PUBLIC_URL"])
    [first], [second] = blocks("sh"), blocks("python")
    # One terminal, for README and then for the welcome: shell commands, then the lines typed into `python`.
    script = "\n".join([first, feed(second), shell, feed(python)])
    done = subprocess.run(
        ["bash"], input=script, cwd=running.root, text=True, capture_output=True, timeout=120,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(running.root)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert '"code"' not in done.stdout and "Error" not in done.stdout, done.stdout
    check_traffic(done.stdout)
    check_answers(done.stdout)
    check_activity(running.text())


def feed(program: str) -> str:
    return f"python - <<'EOF'\n{program}\nEOF"


def check_traffic(out: str) -> None:
    assert "relayed to +14085550122 as +14155550100: I am at the north gate" in out
    assert "from +14155550100  I am at the north gate" in out
    assert "rang, from +14155550100" in out and "was connected, with +14155550100" in out
    assert "+14085550111 reaches the other through +12125550100" in out
    assert "relayed to +14085550155 as +14155550101: Is the bicycle still there?" in out
    assert "'+14085550144': '+12125550101'" in out


def check_answers(out: str) -> None:
    """Each answer of curl is one line, with no progress meter between them."""
    answers = [line for line in out.splitlines() if line.startswith('{"')]
    assert len(answers) == 7 and all(line.endswith("}") for line in answers)
    assert "% Total" not in out


def check_activity(log: str) -> None:
    """The terminal of `make run` shows what happened, and no person's phone number."""
    for words in ("message relayed ", "call relayed ", "status delivered "):
        assert f"maskline.activity {words}" in log
    of_run = log.partition("is running at")[2].partition("More: README")[2]
    assert not re.search(r"\+?1408555\d{4}", of_run)


def test_the_lines_of_python_can_be_typed():
    """Interactive Python ends a block at an empty line: a block has none inside, and one must follow it."""
    for program in (*blocks("python"), pasted("http://127.0.0.1:5000")[1]):
        typed = subprocess.run([sys.executable, "-c", CHECK], input=program, text=True, capture_output=True, timeout=30)
        assert typed.returncode == 0, typed.stderr


#: Checks that every statement compiles alone, as the interactive interpreter reads it.
CHECK = """
import codeop, sys
pending = []
for line in sys.stdin.read().split("\\n"):
    pending.append(line)
    if codeop.compile_command("\\n".join(pending), symbol="single") is not None:
        pending = []
assert not "".join(pending).strip(), pending
"""
