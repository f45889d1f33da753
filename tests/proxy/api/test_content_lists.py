"""A Service's exceptions from the content policy and its own word lists, set over HTTP and by command."""

from __future__ import annotations

from typing import Any

import pytest

from carrier.inbound import Inbound
from common.assembly import build
from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from policy.content_check import check_message
from services.snapshot import read_snapshot
from storage import keys
from tests.support.api import Api

PATH = "/Services/{service}/ContentLists"
OFFICE = "+442079460018"
ON = {"ContentPhone": "mask", "ContentEmail": "mask", "ContentProfanity": "mask"}


@pytest.fixture
def on(api: Api) -> Api:
    assert api.post("/Services/{service}", ON).status_code == 200
    return api


def relayed(api: Api, text: str, rt: Runtime | None = None) -> str:
    message = Inbound("message", new("SM"), "+15005550006", "+15005550001", text)
    steps = check_message(rt or api.rt, read_snapshot(rt or api.rt, api.service), message)
    return finish(api.rt.store, steps).message.body or ""


def kept(api: Api) -> bytes:
    client: Any = api.rt.store.client
    return b"".join(client.dump(key) or b"" for key in client.scan_iter(f"*{api.service}*"))


def test_it_is_empty_at_first_and_linked(on: Api):
    body = on.get(PATH).get_json()
    assert (body["allowed"], body["words"], body["service_sid"]) == ([], {}, on.service)
    assert body["languages"] == ["de", "en", "es", "fr", "ja", "pt", "zh"]
    assert on.get("/Services/{service}").get_json()["links"]["content_lists"] == body["url"]


def test_what_is_allowed_passes_and_the_rest_does_not(on: Api):
    text = "call 020 7946 0018 or 07700 900123, mail a@shop.example or b@example.com, damn"
    assert "0018" not in relayed(on, text)
    done = on.post(PATH, {"Allowed": f"{OFFICE}\r\n\n @shop.example \ndamn\n{OFFICE}"})
    assert done.status_code == 200 and done.get_json()["allowed"] == [OFFICE, "@shop.example", "damn"]
    assert on.get(PATH).get_json() == done.get_json()
    assert relayed(on, text) == "call 020 7946 0018 or •••, mail a@shop.example or •••, damn"
    assert on.post(PATH, {"Allowed": ""}).get_json()["allowed"] == []
    assert "0018" not in relayed(on, text)


def test_a_list_takes_the_place_of_ours_until_it_is_removed(on: Api):
    assert relayed(on, "shit, frobnicate") == "•••, frobnicate"
    on.post(PATH, {"Language": "en", "Words": "# ours\nfrob*"})
    on.post(PATH, {"Language": "nl", "Words": "sukkel"})
    assert relayed(on, "shit, frobnicate, sukkel") == "shit, •••, •••"
    assert on.get(PATH).get_json()["words"] == {"en": "# ours\nfrob*", "nl": "sukkel"}
    on.post(PATH, {"Language": "en", "Words": "# nothing"})
    assert relayed(on, "shit, frobnicate, sukkel") == "•••, frobnicate, •••"


BAD = {
    "a short number": ({"Allowed": "ok\n1234"}, "Allowed: line 2 must"),
    "a long number": ({"Allowed": "1" * 20}, "Allowed: line 1 must"),
    "two words": ({"Allowed": "two words"}, "Allowed: line 1 must"),
    "half a domain": ({"Allowed": "@shop"}, "Allowed: line 1 must"),
    "too many": ({"Allowed": "\n".join(str(10_000 + n) for n in range(201))}, "Allowed: must have at most 200"),
    "no language": ({"Words": "tonto"}, "Language: and Words go together"),
    "no words": ({"Language": "es"}, "Language: and Words go together"),
    "a name of a language": (
        {"Language": "Spanish", "Words": "tonto"},
        "Language: must be a language code of two lower-case letters",
    ),
    "a short stem": ({"Language": "es", "Words": "to*"}, "Words: line 1 must"),
    "a sentence": ({"Language": "es", "Words": "tonto\nuno dos"}, "Words: line 2 must"),
    "a star within": ({"Language": "es", "Words": "t*nto"}, "Words: line 1 must"),
    "too many words": ({"Language": "es", "Words": "tonto\n" * 1001}, "Words: must have at most 1000"),
    "one of two": ({"Allowed": "fine", "Language": "es", "Words": "a b"}, "Words: line 1 must"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_names_the_line_and_changes_nothing(on: Api, name: str):
    form, says = BAD[name]
    before = on.post(PATH, {"Allowed": OFFICE}).get_json()
    answer = on.post(PATH, form)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 20001)
    assert answer.get_json()["message"].startswith(says)
    assert on.get(PATH).get_json() == before


def test_a_service_has_ten_lists(on: Api):
    for tag in ("da", "nl", "sv", "no", "fi", "pl", "cs", "tr", "ru", "uk"):
        assert on.post(PATH, {"Language": tag, "Words": "word"}).status_code == 200
    assert on.post(PATH, {"Language": "ru", "Words": "other"}).status_code == 200
    assert on.post(PATH, {"Language": "it", "Words": "word"}).status_code == 400
    assert on.post(PATH, {"Allowed": OFFICE}).status_code == 200


def test_nothing_of_them_lies_in_clear(on: Api):
    on.post(PATH, {"Allowed": f"{OFFICE}\nme@shop.example", "Language": "es", "Words": "tontisimo"})
    for secret in (b"442079460018", b"shop.example", b"tontisimo"):
        assert secret not in kept(on)


def test_another_process_goes_by_them_at_once(on: Api):
    other = build(on.rt.settings)
    # Another module may have emptied the store since `on.rt` took its key ring from it.
    other.index, other.seal = on.rt.index, on.rt.seal
    assert relayed(on, "call 020 7946 0018", other) == "call •••"
    on.post(PATH, {"Allowed": OFFICE})
    assert relayed(on, "call 020 7946 0018", other) == "call 020 7946 0018"


def test_they_go_with_their_service(api: Api):
    service = api.post("/Services", {"UniqueName": new("")}).get_json()["sid"]
    path = f"/Services/{service}/ContentLists"
    api.post(path, {"Allowed": OFFICE})
    assert api.client.delete(api.url(f"/Services/{service}")).status_code == 204
    assert not api.rt.store.client.exists(keys.service("content_lists", service))
    assert api.get(path).status_code == 404 and api.post(path, {"Allowed": OFFICE}).status_code == 404


def test_the_command(on: Api, app, tmp_path):
    runner = app.test_cli_runner()
    run = lambda *words, **more: runner.invoke(args=("content", *words), **more)  # noqa: E731
    assert run("list", on.service).exit_code == 0
    assert run("allow", on.service, "-", input=f"{OFFICE}\n").output == "1 allowed\n"
    words = tmp_path / "words.txt"
    words.write_text("tonto\n")
    assert run("words", on.service, "es", str(words)).output == "es: the Service's own list\n"
    assert on.get(PATH).get_json()["allowed"] == [OFFICE]
    listed = run("list", on.service).output
    assert "1 entries" in listed and "words es" in listed and OFFICE not in listed
    assert OFFICE in run("list", on.service, "--values", "--json").output
    words.write_text("uno dos")
    refused = run("words", on.service, "es", str(words))
    assert refused.exit_code != 0 and "Words: line 1" in refused.output and "uno" not in refused.output
    assert run("words", on.service, "Spanish", str(words)).exit_code != 0
