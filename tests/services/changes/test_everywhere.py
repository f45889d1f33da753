"""What one web process has answered with success holds for the next request at every other one.

DESIGN, section 6: what a process keeps has a version that the script checks; a stale one is refreshed in the answer.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from common.sids import new
from policy import blocks, notices
from services import services
from services.accounts import add_account, add_key, revoke_key
from tests.proxy.webhooks.scene import Scene, Talk
from tests.services.changes.conftest import Other
from tests.support.stack import ACCOUNT, TOKEN

AC2, FIRST, SECOND = "AC" + "4" * 32, "token-of-the-fourth-0123456789", "token-of-the-fourth-9876543210"


def text(scene: Scene, other: Other, sender: str, to: str, body: str = "hello") -> str:
    """The TwiML with which the other process answers a text."""
    answer = other.webhook(scene.url(), scene.form(sender, to, body))
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def call(scene: Scene, other: Other, talk: Talk) -> str:
    form = {
        "AccountSid": ACCOUNT, "CallSid": new("CA"), "From": talk.alice, "To": talk.alices, "CallStatus": "ringing",
        "Direction": "inbound", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    answer = other.webhook(scene.url("voice"), form)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def service(scene: Scene) -> Any:
    return services.get_service(scene.stack.runtime, ACCOUNT, scene.sid)


def test_a_new_name(scene, other):
    made = scene.client.proxy.v1.services.create(unique_name=new("first-"))
    former = made.unique_name
    for ref in (former, made.sid):
        assert other.api("GET", f"/Services/{ref}/Sessions").status_code == 200
    made.update(unique_name=former + "!")
    assert other.api("GET", f"/Services/{former}/Sessions").status_code == 404
    assert other.api("POST", f"/Services/{former}!/Sessions").get_json()["service_sid"] == made.sid
    assert other.api("GET", f"/Services/{made.sid}").get_json()["unique_name"] == former + "!"


def test_a_name_that_passes_to_another(scene, other):
    """CI deletes a Service and creates one of the same name at once."""
    create = scene.client.proxy.v1.services.create
    name = new("again-")
    for _ in range(3):
        made = create(unique_name=name)
        assert other.api("POST", f"/Services/{name}/Sessions").get_json()["service_sid"] == made.sid
        assert other.api("GET", f"/Services/{made.sid}/Sessions").status_code == 200
        made.delete()
        for ref in (name, made.sid):
            assert other.api("GET", f"/Services/{ref}/Sessions").status_code == 404
            assert other.api("POST", f"/Services/{ref}/Sessions").status_code == 404


def test_where_people_may_be(scene, other):
    talk = scene.open()
    assert "hello" in text(scene, other, talk.alice, talk.alices)
    scene.set(AllowedCountries="GB")
    made = scene.service.sessions.create()
    path = f"/Services/{scene.sid}/Sessions/{made.sid}/Participants"
    assert other.api("POST", path, Identifier=scene.person()).get_json()["code"] == 21408
    assert "<Message" not in text(scene, other, talk.alice, talk.alices)
    scene.set(AllowedCountries="")
    assert other.api("POST", path, Identifier=scene.person()).status_code == 201
    assert "hello" in text(scene, other, talk.alice, talk.alices)


def test_how_numbers_are_chosen(scene, other):
    """A false 80206 here sends ride apps back to real numbers."""
    scene.set(GeoMatchLevel="area-code")
    path = f"/Services/{scene.sid}/Sessions/{scene.service.sessions.create().sid}/Participants"
    assert other.api("POST", path, Identifier=scene.person()).get_json()["code"] == 80206
    scene.set(GeoMatchLevel="country")
    assert other.api("POST", path, Identifier=scene.person()).status_code == 201


def test_what_a_text_may_hold(scene, other):
    talk, number = scene.open(), "call me at 415 555 2671"
    assert number in text(scene, other, talk.alice, talk.alices, number)
    scene.set(ContentPhone="block")
    assert talk.bob not in text(scene, other, talk.alice, talk.alices, number)
    scene.set(ContentPhone="off")
    assert number in text(scene, other, talk.alice, talk.alices, number)


def test_which_words_end_messages(scene, other):
    talk = scene.open()
    assert "SILENCE" in text(scene, other, talk.alice, talk.alices, "SILENCE")
    scene.set(OptOutWords="SILENCE")
    assert talk.bob not in text(scene, other, talk.alice, talk.alices, "SILENCE")
    scene.set(OptOutWords="")


def test_how_calls_are_bridged(scene, other):
    talk = scene.open()
    scene.set(Whisper="false", RingTimeout="25")
    found = call(scene, other, talk)
    assert 'timeout="25"' in found and "/whisper/" not in found
    scene.set(Whisper="true", RingTimeout="30")
    found = call(scene, other, talk)
    assert 'timeout="30"' in found and "/whisper/" in found
    scene.set(Whisper="false", RingTimeout="25")


def test_what_people_are_told(scene, other):
    rt, words = scene.stack.runtime, "Our own words."
    talk = scene.open(mode="voice-only")
    assert "Message" in text(scene, other, talk.alice, talk.alices)
    notices.set_notice(rt, service(scene), "voice_only", {"text": words})
    assert words in text(scene, other, talk.alice, talk.alices)
    notices.restore_notice(rt, service(scene), "voice_only")
    found = text(scene, other, talk.alice, talk.alices)
    assert "<Message" in found and words not in found


def test_what_an_operator_stops(scene, other):
    rt, talk = scene.stack.runtime, scene.open()
    for scope, target in (("service", ""), ("number", talk.alices), ("person", talk.alice)):
        assert "hello" in text(scene, other, talk.alice, talk.alices)
        blocks.block(rt, service(scene), scope, target)
        assert "hello" not in text(scene, other, talk.alice, talk.alices)
        blocks.lift(rt, service(scene), scope, target)


def test_a_revoked_key(scene, other):
    key = add_key(scene.stack.runtime, ACCOUNT, "full", "")
    assert other.api("GET", "/Services", *key).status_code == 200
    revoke_key(scene.stack.runtime, ACCOUNT, key[0])
    assert other.api("GET", "/Services", *key).status_code == 401


def test_a_new_token_of_an_account(scene, other):
    rt = scene.stack.runtime
    add_account(rt, AC2, FIRST, AC2, FIRST)
    made = other.api("POST", "/Services", AC2, FIRST, UniqueName=new("of-")).get_json()["sid"]
    url = f"{scene.stack.url}/webhooks/{made}/message"

    def post(token: str) -> int:
        form = {**scene.form(scene.person(), "+15005550006", "hello"), "AccountSid": AC2}
        return int(other.webhook(url, form, token).status_code)

    assert (post(FIRST), post(SECOND)) == (200, 403)
    add_account(rt, AC2, SECOND, AC2, SECOND)
    assert (post(FIRST), post(SECOND), post(FIRST)) == (403, 200, 403)
    assert other.api("GET", "/Services", AC2, FIRST).status_code == 401
    assert other.api("GET", "/Services", AC2, SECOND).status_code == 200
    add_account(rt, AC2, FIRST, AC2, FIRST)
    assert (post(FIRST), post(SECOND)) == (200, 403)


def test_a_service_that_is_gone(scene, other):
    made = scene.client.proxy.v1.services.create(unique_name=new("gone-"))
    url, form = f"{scene.stack.url}/webhooks/{made.sid}/message", scene.form(scene.person(), "+15005550006", "hello")
    assert other.webhook(url, form).status_code == 200
    made.delete()
    assert other.webhook(url, form).status_code in (403, 404)


def test_one_trip_to_the_store_as_long_as_nothing_changes(scene, other, trips):
    talk = scene.open()
    scene.set(ContentPhone="flag", AllowedCountries="US")
    text(scene, other, talk.alice, talk.alices)
    trips()
    for word in ("hello", "are you there", "where", "thanks", "bye"):
        text(scene, other, talk.alice, talk.alices, word)
    assert trips() == ["accept"] * 5
    scene.set(ContentPhone="off", AllowedCountries="")
    text(scene, other, talk.alice, talk.alices)
    assert trips() == ["accept"] * 2, "the answer of the first brings what has changed"
    call(scene, other, talk)
    assert trips() == ["accept"]
    # Nobody listens there: the Service's rule is to go on.
    scene.set(InterceptCallbackUrl="http://127.0.0.1:1/")
    text(scene, other, talk.alice, talk.alices)
    assert trips() == ["accept", "accept", "settle"]
    scene.set(InterceptCallbackUrl="")


def test_one_trip_for_an_account_that_is_kept_in_the_store(scene, other, trips):
    """Its token is needed before the script runs, and known of the same version."""
    owner, token = new("AC"), "token-of-the-fifth-0123456789"
    add_account(scene.stack.runtime, owner, token, owner, token)
    made = other.api("POST", "/Services", owner, token, UniqueName=new("of-")).get_json()["sid"]
    for script in ("read_service", "accept"), ("accept",), ("accept",):
        trips()
        form = {**scene.form(scene.person(), "+15005550006", "hello"), "AccountSid": owner}
        assert other.webhook(f"{scene.stack.url}/webhooks/{made}/message", form, token).status_code == 200
        assert [name for name in trips() if name != "-"] == list(script)


def test_a_forger_changes_nothing(scene, other):
    talk = scene.open()
    before = scene.writes()
    assert other.webhook(scene.url(), scene.form(talk.alice, talk.alices, "x"), "a forger's token").status_code == 403
    assert scene.writes() == before


@pytest.mark.parametrize("path", ["", "/PhoneNumbers", "/Sessions", "/Notices"])
def test_lists_of_a_service_that_is_gone(scene, other, path):
    made = scene.client.proxy.v1.services.create(unique_name=new("gone-"))
    assert other.api("GET", f"/Services/{made.sid}{path}").status_code == 200
    answer = requests.delete(f"{scene.stack.url}/proxy/v1/Services/{made.sid}", auth=(ACCOUNT, TOKEN), timeout=10)
    assert answer.status_code == 204
    assert other.api("GET", f"/Services/{made.sid}{path}").status_code == 404


def test_a_key_of_an_account_that_was_unknown(scene, other):
    """Whose key this is nobody knew; once the account is added the carrier is asked again, without waiting."""
    owner, token = new("AC"), "token-of-a-newcomer-0123456789"
    scene.sim("POST", "/accounts", sid=owner, auth_token=token)
    made = requests.post(
        f"{scene.stack.carrier.url}/2010-04-01/Accounts/{owner}/Keys.json", auth=(owner, token), timeout=10
    ).json()
    key = made["sid"], made["secret"]
    assert other.api("GET", "/Services", *key).status_code == 401
    add_account(scene.stack.runtime, owner, token, owner, token)
    assert other.api("GET", "/Services", *key).status_code == 200


def test_each_webhook_may_be_gone_through_again(scene):
    """Or a change in between would be an error to the carrier."""
    app = scene.stack.app
    rules = [rule for rule in app.url_map.iter_rules() if "<service_sid>" in rule.rule]
    assert len(rules) >= 9
    assert [rule.rule for rule in rules if not hasattr(app.view_functions[rule.endpoint], "__wrapped__")] == []
