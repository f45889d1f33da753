"""Lists of the `flask …` commands: headers, JSON, empty lists; a Service by its SID or its unique name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common.sids import new
from proxy.cli.output import print_list
from tests.support.stack import ACCOUNT, TOKEN, Stack

CARRIER = "another-token-long-enough-for-anybody"


@pytest.fixture(scope="module")
def stack(valkey_url: str) -> Iterator[Stack]:
    stack = Stack(valkey_url)
    yield stack
    stack.stop()


@pytest.fixture
def flask(stack: Stack) -> Callable[..., Any]:
    runner = stack.app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=words, **more)


@pytest.fixture
def service(stack: Stack) -> Any:
    return stack.sdk().proxy.v1.services.create(unique_name=f"rides-{new('')}")


def test_a_table_has_headers_and_aligned_columns(capsys):
    print_list(["SID", "State"], [["KI1", "parked"], ["KI22", None]], False, "Nothing.")
    assert capsys.readouterr().out == "SID   State\nKI1   parked\nKI22  -\n"


def test_json_has_the_same_names(capsys):
    print_list(["SID", "Last answer"], [["KI1", None]], True, "Nothing.")
    assert json.loads(capsys.readouterr().out) == [{"sid": "KI1", "last_answer": None}]


@pytest.mark.parametrize("as_json, out, err", [(True, "[]\n", ""), (False, "", "Nothing.\n")])
def test_an_empty_list_says_so(capsys, as_json, out, err):
    print_list(["SID"], [], as_json, "Nothing.")
    assert capsys.readouterr() == (out, err)


LISTS = [("block", "list"), ("callbacks", "list"), ("outbox", "list"), ("optouts", "export")]


@pytest.mark.parametrize("words", LISTS)
def test_a_service_by_sid_and_by_unique_name(flask, service, words):
    by_sid, by_name = flask(*words, service.sid), flask(*words, service.unique_name)
    assert (by_sid.exit_code, by_sid.output) == (by_name.exit_code, by_name.output) == (0, by_sid.output)
    assert by_sid.output
    missing = flask(*words, "no-such-service")
    assert missing.exit_code == 1 and "The Service was not found" in missing.output


def test_a_name_that_two_accounts_use(stack, flask, service):
    other = new("AC")
    assert flask("accounts", "add", other, "--auth-token", CARRIER, "--carrier-token", TOKEN).exit_code == 0
    second = stack.sdk(other, CARRIER).proxy.v1.services.create(unique_name=service.unique_name)
    done = flask("block", "list", service.unique_name)
    assert done.exit_code == 1
    assert service.sid in done.output and second.sid in done.output and "give the SID" in done.output
    assert flask("block", "list", second.sid).exit_code == 0


def test_a_session_by_its_unique_name(stack, flask, service):
    session = stack.sdk().proxy.v1.services(service.sid).sessions.create(unique_name="ride-7")
    assert flask("block", "add", service.unique_name, "--session", "ride-7").output == "session: blocked\n"
    [shown] = json.loads(flask("block", "list", service.unique_name, "--json").output)
    assert (shown["scope"], shown["id"]) == ("session", session.sid)
    missing = flask("block", "add", service.sid, "--session", "ride-8")
    assert missing.exit_code == 1 and "not found" in missing.output


def test_keys_and_accounts_as_json(flask):
    sid, _ = flask("keys", "add", ACCOUNT, "--name", "dashboard").output.split()
    keys = {key["sid"]: key for key in json.loads(flask("keys", "list", ACCOUNT, "--json").output)}
    assert keys[sid] == {"sid": sid, "role": "full", "name": "dashboard"}
    accounts = json.loads(flask("accounts", "list", "--json").output)
    assert {"sid": ACCOUNT, "state": "active", "former_token_until": None} in accounts


BAD = [
    ("+14085550111\nnobody\n", "Line 2, column identifier"),
    ("identifier,proxy_number,date,by\n+14085550111\n+14085550112,12\n", "Line 3, column proxy_number"),
    ("\n\n ,+14155550100\n", "Line 3, column identifier: is empty"),
    (b"\xff\xfe+\x001\x00", "FILE: must be UTF-8"),
]


@pytest.mark.parametrize("text, says", BAD)
def test_a_bad_line_of_an_import_is_named_and_nothing_is_taken_up(flask, service, text, says):
    for command in ("import", "remove"):
        done = flask("optouts", command, service.sid, input=text)
        assert done.exit_code == 1 and says in done.output
        assert "nobody" not in done.output and "+1408" not in done.output
    assert flask("optouts", "export", service.sid).output == "identifier,proxy_number,date,by\n"


def test_an_export_can_be_imported(stack, flask, service):
    flask("optouts", "import", service.sid, input="+14085550111\n+14085550122,+14155550100\n")
    given = flask("optouts", "export", service.unique_name).output
    second = stack.sdk().proxy.v1.services.create(unique_name=new("twin-"))
    assert flask("optouts", "import", second.sid, input=given).output == "2 new\n"
    again = flask("optouts", "export", second.sid).output
    columns = [sorted(",".join(line.split(",")[:2]) for line in text.splitlines()) for text in (given, again)]
    assert columns[0] == columns[1]


def test_a_language_that_is_none(flask, service):
    """The command shows the same sentence as the API, and no traceback."""
    done = flask("content", "words", service.sid, "Spanish", "-", input="tonto\n")
    assert done.exit_code == 1
    assert "LANGUAGE: must be a language code of two lower-case letters (ISO 639-1), such as es" in done.output
