"""`flask numbers repoint`: after a change of PUBLIC_URL every number leads here again, however often it is called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.sids import new
from pool.drift import check_drift
from pool.numbers import settle_routes
from tests.proxy.webhooks.faulty import carrier_with
from tests.proxy.webhooks.scene import Scene
from tests.proxy.webhooks.test_numbers import sid_of, state
from tests.support.stack import ACCOUNT

BEFORE = "https://before.example/sms"


@pytest.fixture
def scene(stack: Any) -> Scene:
    return Scene(stack, numbers=3)


def run(scene: Scene, *words: str, code: int = 0) -> list[dict[str, Any]]:
    done = scene.stack.app.test_cli_runner().invoke(args=["numbers", "repoint", *words, "--json"])
    assert done.exit_code == code, done.output
    return list(json.loads(done.stdout))


def add(scene: Scene, before: str) -> str:
    """A number to the pool whose texts went to `before`."""
    number = scene.number()
    scene.client.incoming_phone_numbers(sid_of(scene, number)).update(sms_url=before)
    scene.service.phone_numbers.create(phone_number=number)
    return number


def outcomes(found: list[dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in found]


def test_a_former_public_url_is_replaced_and_nothing_else(scene: Scene) -> None:
    right = [state(scene, number) for number in scene.pool]
    for number in scene.pool[:2]:
        client = scene.client.incoming_phone_numbers(sid_of(scene, number))
        client.update(sms_url=f"https://old.example/webhooks/{scene.sid}/message", voice_url="https://old.example/v")
    found = run(scene, scene.sid)
    assert [row["sid"] for row in found] == [sid_of(scene, number) for number in scene.pool]
    assert {row["service"] for row in found} == {scene.sid}
    assert outcomes(found) == ["repointed", "repointed", "unchanged"]
    assert [state(scene, number) for number in scene.pool] == right
    assert outcomes(run(scene, scene.sid)) == ["unchanged"] * 3
    assert check_drift(scene.stack.runtime, scene.sid) == []


def test_a_number_that_drains_is_mended_too_and_given_back_as_it_was(scene: Scene) -> None:
    number = add(scene, BEFORE)
    talk = scene.service.sessions.create(unique_name=new("talk-"))
    people = scene.service.sessions(talk.sid).participants
    people.create(identifier=scene.person(), proxy_identifier=number)
    sid = sid_of(scene, number)
    scene.service.phone_numbers(sid).delete()
    scene.client.incoming_phone_numbers(sid).update(sms_url="https://old.example/x")
    (row,) = (row for row in run(scene, scene.sid) if row["sid"] == sid)
    assert row["outcome"] == "repointed"
    scene.service.sessions(talk.sid).delete()
    settle_routes(scene.stack.runtime, ACCOUNT)
    assert state(scene, number)["sms_url"] == BEFORE


def test_what_fails_is_said_by_sid_and_stops_no_other(scene: Scene) -> None:
    first = sid_of(scene, scene.pool[0])
    gone = {"code": 20404, "message": f"{scene.pool[0]} was not found", "status": 404}
    plan = {first: gone}

    def fail(method: str, path: str) -> Any:
        return next((body for sid, body in plan.items() if sid in path), None)

    with carrier_with(scene.stack, fail):
        found = run(scene, scene.sid, code=1)
        assert outcomes(found) == ["failed", "unchanged", "unchanged"]
        assert found[0]["reason"] == "the carrier's account no longer has this number"
    with carrier_with(scene.stack, lambda method, path: "before" if first in path else None):
        found = run(scene, scene.sid, code=1)
    assert found[0]["reason"] == "the carrier answered 500, code 20500"
    assert scene.pool[0] not in json.dumps(found)


def test_a_number_that_leaves_the_pool_meanwhile_keeps_what_it_had_before(scene: Scene) -> None:
    number = add(scene, BEFORE)
    sid = sid_of(scene, number)
    scene.client.incoming_phone_numbers(sid).update(sms_url="https://old.example/x")
    left: list[str] = []

    def leave(method: str, path: str) -> None:
        if sid in path and not left:
            left.append(path)
            scene.service.phone_numbers(sid).delete()

    with carrier_with(scene.stack, leave):
        (row,) = (row for row in run(scene, scene.sid) if row["sid"] == sid)
    assert row["outcome"] == "released"
    assert state(scene, number)["sms_url"] == BEFORE


def test_all_services_or_one_by_name_and_never_by_accident(scene: Scene) -> None:
    other = Scene(scene.stack, numbers=1)
    found = run(scene, "--all")
    assert {scene.sid, other.sid} <= {row["service"] for row in found}
    name = scene.service.fetch().unique_name
    assert len(run(scene, name)) == 3
    runner = scene.stack.app.test_cli_runner()
    for words in ([], [scene.sid, "--all"], ["--al"]):
        assert runner.invoke(args=["numbers", "repoint", *words]).exit_code == 2
    table = runner.invoke(args=["numbers", "repoint", scene.sid]).stdout.splitlines()
    assert table[0].split() == ["SID", "Service", "Outcome", "Reason"] and len(table) == 4
