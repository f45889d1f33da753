"""A Service's own notices, over HTTP and the real store: what is shown, what is refused, what people then receive."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from common.sids import new
from policy import notices
from policy.sentences import KEYS, LANGUAGES, SPOKEN, sentence
from policy.sentences.sentences import SENTENCES
from services import services
from services.accounts import add_account
from services.api_keys import add_key
from services.snapshot import read_snapshot
from storage import keys
from storage.short_form import unfold_event
from tests.proxy.api.conftest import PUBLIC_URL, make
from tests.support.api import Api, logged_in

ALL = "/Services/{service}/Notices"
BUSY = ALL + "/busy"
LANGUAGE = {"unknown": "xx", "word": "spanish", "space": "es ", "region": "es-XX", "newline": "es\n", "nul": "e\x00s"}
BAD = {
    "Text": {
        "empty": "", "blank": "  \u3000", "long": "n" * 481, "newline": "a\nb", "bell": "\x07", "nul": "a\x00b",
        "next line": "a\x85b", "separator": "a\u2028b", "no XML": "a\ufffe",
    },
    "Language": LANGUAGE,
    "Voice": {
        "unknown": "Polly.Nobody", "case": "Alice", "other language": "Polly.Hans", "markup": "<x>", "nul": "a\x00",
        "no such letter": "Google.es-ES-Standard-Z",
    },
}  # fmt: skip


def own(api: Api, rt=None):
    return dict(read_snapshot(rt or api.rt, api.service).sentences)


def events(api: Api):
    entries: Any = api.rt.store.client.xrange(keys.events(api.service))
    found = [unfold_event(fields) for _, fields in entries]
    return [json.loads(event[b"d"]) for event in found if event[b"t"] == b"service.notices"]


def delete(api: Api, path: str, **query: str):
    return api.client.delete(api.url(path), query_string=query)


def test_the_list_holds_every_sentence_in_every_language(api: Api):
    body = api.get(ALL).get_json()
    assert [one["key"] for one in body["notices"]] == list(KEYS)
    assert body["meta"]["key"] == "notices"
    assert body["meta"]["next_page_url"] is None
    for one in body["notices"]:
        assert {language: wording["text"] for language, wording in one["texts"].items()} == SENTENCES[one["key"]]
        assert not any(wording["overridden"] for wording in one["texts"].values())
        assert one["spoken"] == (one["key"] in SPOKEN)


def test_the_list_has_pages_there_and_back(api: Api):
    first = api.get(ALL, PageSize=8).get_json()
    seen, page = [first], first
    while page["meta"]["next_page_url"]:
        page = api.client.get(page["meta"]["next_page_url"].removeprefix(PUBLIC_URL)).get_json()
        seen.append(page)
    assert [one["key"] for page in seen for one in page["notices"]] == list(KEYS)
    assert [len(page["notices"]) for page in seen] == [8, 8, len(KEYS) - 16]
    back = api.client.get(seen[1]["meta"]["previous_page_url"].removeprefix(PUBLIC_URL)).get_json()
    assert back["notices"] == first["notices"]
    assert first["meta"]["previous_page_url"] is None


def test_one_is_fetched_by_its_key(api: Api):
    body = api.get(BUSY).get_json()
    assert set(body) == {"key", "service_sid", "account_sid", "spoken", "text", "voice", "texts", "url"}
    assert (body["key"], body["service_sid"], body["text"], body["voice"]) == ("busy", api.service, None, None)
    assert body["url"].endswith(f"/proxy/v1/Services/{api.service}/Notices/busy")
    assert body["texts"]["es"] == {"text": SENTENCES["busy"]["es"], "voice": None, "overridden": False}


def test_words_for_one_language_and_back(api: Api):
    form = {"Text": "Ocupado <ahora> & {tú}", "Language": "ES", "Voice": "Polly.Lucia"}
    posted = api.post(BUSY, form)
    assert posted.status_code == 200
    assert posted.get_json() == api.get(BUSY).get_json()
    wording = posted.get_json()["texts"]
    assert wording["es"] == {"text": form["Text"], "voice": "Polly.Lucia", "overridden": True}
    assert [language for language in LANGUAGES if wording[language]["overridden"]] == ["es"]
    assert sentence("busy", ("es-MX", None, None), own(api)) == (form["Text"], "es", "es-ES", "Polly.Lucia")
    assert delete(api, BUSY, Language="es").status_code == 204
    assert sentence("busy", ("es",), own(api)).text == SENTENCES["busy"]["es"]
    assert api.rt.store.client.exists(keys.service("notices", api.service)) == 0


def test_words_for_all_languages(api: Api):
    api.post(BUSY, {"Text": "Busy, sorry"})
    body = api.post(BUSY, {"Text": "Más tarde", "Language": "es-MX"}).get_json()
    assert body["text"] == "Busy, sorry"
    assert body["texts"]["ja"]["text"] == "Busy, sorry"
    assert body["texts"]["es-MX"] == {"text": "Más tarde", "voice": None, "overridden": True}
    assert sentence("busy", ("es-AR",), own(api)).text == "Más tarde"
    assert sentence("busy", ("zh",), own(api)).text == "Busy, sorry"
    assert sentence("failed", ("zh",), own(api)).text == SENTENCES["failed"]["zh"]
    assert delete(api, BUSY).status_code == 204
    assert dict(own(api)) == {}


def test_one_language_is_restored_alone(api: Api):
    for form in ({"Text": "all", "Voice": "alice"}, {"Text": "Spanish", "Language": "es", "Voice": "man"}):
        api.post(BUSY, form)
    api.post(ALL + "/failed", {"Text": "failed"})
    delete(api, BUSY, Language="es")
    assert dict(own(api)) == {"busy": "all", "voice:busy": "alice", "failed": "failed"}
    delete(api, BUSY)
    assert dict(own(api)) == {"failed": "failed"}


def test_a_voice_stays_until_it_is_taken_away(api: Api):
    api.post(BUSY, {"Text": "one", "Language": "de", "Voice": "Polly.Hans"})
    assert api.post(BUSY, {"Text": "two", "Language": "de"}).get_json()["texts"]["de"]["voice"] == "Polly.Hans"
    wording = api.post(BUSY, {"Text": "two", "Language": "de", "Voice": ""}).get_json()["texts"]["de"]
    assert wording == {"text": "two", "voice": None, "overridden": True}


def test_the_longest_text_fits(api: Api):
    assert api.post(BUSY, {"Text": "忙" * 480}).get_json()["text"] == "忙" * 480


@pytest.fixture(scope="module")
def untouched(rt, app):
    return make(rt, app)


@pytest.mark.parametrize(
    ("field", "value"),
    [pytest.param(field, value, id=f"{field}-{kind}") for field, kinds in BAD.items() for kind, value in kinds.items()],
)
def test_a_bad_value_is_refused_by_the_name_of_its_field(untouched: Api, field, value):
    body = untouched.problem(untouched.post(BUSY, {"Text": "x", "Language": "es", field: value}), 400, 20001)
    assert body["message"].startswith("The form: " if "\x00" in value else f"{field}: ")
    assert len(value) < 6 or value not in body["message"]
    assert untouched.rt.store.client.exists(keys.service("notices", untouched.service)) == 0
    assert events(untouched) == []


@pytest.mark.parametrize("field", BAD)
def test_a_field_given_twice_is_refused(untouched: Api, field):
    form = urlencode([(name, "x") for name in BAD if name != field] + [(field, "es")] * 2)
    type_ = "application/x-www-form-urlencoded"
    body = untouched.problem(untouched.client.post(untouched.url(BUSY), data=form, content_type=type_), 400, 20001)
    assert body["message"].startswith(f"{field}: is given more than once")


def test_a_text_is_required_and_a_voice_only_where_it_is_heard(untouched: Api):
    assert untouched.problem(untouched.post(BUSY), 400, 20001)["message"] == "Text: is required"
    silent = untouched.post(ALL + "/opted_out", {"Text": "x", "Voice": "alice"})
    assert untouched.problem(silent, 400, 20001)["message"].startswith("Voice: ")


@pytest.mark.parametrize("value", [*LANGUAGE.values(), ""])
def test_a_bad_language_restores_nothing(api: Api, value):
    api.post(BUSY, {"Text": "x", "Language": "es"})
    body = api.problem(delete(api, BUSY, Language=value), 400, 20001)
    assert body["message"].startswith("Language: ")
    assert "busy|es" in own(api)


def test_two_languages_at_once_are_refused(api: Api):
    twice = api.client.delete(api.url(BUSY) + "?Language=es&Language=fr")
    assert api.problem(twice, 400, 20001)["message"].startswith("Language: is given more than once")


@pytest.mark.parametrize("key", ["buzy", "BUSY", "busy|es", "voice:busy", "%00", "a" * 3000])
def test_an_unknown_key_is_404(untouched: Api, key):
    url = untouched.url(ALL) + f"/{key}"
    untouched.problem(untouched.client.get(url), 404, 20404)
    untouched.problem(untouched.client.post(url, data={"Text": "x"}), 404, 20404)
    untouched.problem(untouched.client.delete(url), 404, 20404)


def test_another_account_sees_and_changes_nothing(api: Api, app):
    sid = new("AC")
    add_account(api.rt, sid, "another-token-0123456789", sid, "another-token-0123456789")
    stranger = logged_in(app, sid, "another-token-0123456789")
    for path in (ALL, BUSY):
        api.problem(stranger.get(api.url(path)), 404, 20404)
    api.problem(stranger.post(api.url(BUSY), data={"Text": "x"}), 404, 20404)
    api.problem(stranger.delete(api.url(BUSY)), 404, 20404)
    assert dict(own(api)) == {}


def test_a_key_that_may_only_read_may_not_write(api: Api, app):
    api.post(BUSY, {"Text": "mine"})
    client = logged_in(app, *add_key(api.rt, api.get(BUSY).get_json()["account_sid"], "read-only", "of a test"))
    assert client.get(api.url(BUSY)).get_json()["text"] == "mine"
    api.problem(client.post(api.url(BUSY), data={"Text": "x"}), 403, 20403)
    api.problem(client.delete(api.url(BUSY)), 403, 20403)
    assert dict(own(api)) == {"busy": "mine"}


def test_the_record_is_told(api: Api):
    api.post(BUSY, {"Text": "Occupé", "Language": "fr", "Voice": "Polly.Celine"})
    delete(api, BUSY, Language="de")
    delete(api, BUSY, Language="fr")
    assert events(api) == [
        {"key": "busy", "language": "fr", "fields": {"busy|fr": "Occupé", "voice:busy|fr": "Polly.Celine"}},
        {"key": "busy", "language": "fr", "restored": True},
    ]


def test_a_deleted_service_takes_no_words(api: Api):
    service = services.get_service(api.rt, api.get(BUSY).get_json()["account_sid"], api.service)
    api.client.delete(api.url("/Services/{service}"))
    for act in (
        lambda: notices.set_notice(api.rt, service, "busy", {"text": "x"}),
        lambda: notices.restore_notice(api.rt, service, "busy"),
    ):
        with pytest.raises(Exception, match="not found"):
            act()
    assert api.rt.store.client.exists(keys.service("notices", api.service)) == 0
