"""Forms as multipart/form-data: they are read like urlencoded forms, and refused just as strictly."""

from __future__ import annotations

import pytest

from tests.support.api import Api

TYPE = "multipart/form-data; boundary=line"
END = b"--line--\r\n"


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--line\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def post(api: Api, body: bytes, content_type: str = TYPE):
    return api.client.post(api.url("/Services/{service}/Sessions"), data=body, content_type=content_type)


def test_every_field_arrives(api: Api):
    people = [part("Participants", b'{"NoIdentifier": 1}'), part("UniqueName", "Çay".encode()), part("Ttl", b"60")]
    assert "Participants[0]" in api.problem(post(api, b"".join(people) + END), 400)["message"]
    made = post(api, b"".join(people[1:]) + END)
    assert made.status_code == 201
    assert (made.json["unique_name"], made.json["ttl"]) == ("Çay", 60)


@pytest.mark.parametrize("body", [b"", END])
def test_none_is_none(api: Api, body):
    assert post(api, body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"no form at all",
        part("Ttl", b"60"),
        b"--line\r\n\r\n60\r\n" + END,
        b'--line\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n60\r\n' + END,
        part("Ttl", b"60", '; filename="ttl.txt"') + END,
        part("UniqueName", b"\xff") + END,
        part("UniqueName", b"a\x00b") + END,
        part("Ttl", b"60") * 2 + END,
        part("Other", b"1") * 201 + END,
    ],
)
def test_what_is_no_form_is_400(api: Api, body):
    api.problem(post(api, body), 400)
    assert api.get("/Services/{service}/Sessions", PageSize=2).json["meta"]["next_page_url"] is None


@pytest.mark.parametrize("boundary", ["", "; boundary=other", "; boundary=\u00e9"])
def test_the_boundary_must_be_the_bodys(api: Api, boundary):
    api.problem(post(api, part("Ttl", b"60") + END, "multipart/form-data" + boundary), 400)
