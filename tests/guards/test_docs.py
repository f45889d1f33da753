"""Every page of docs/ is in the index, every link has a target, and every field of ours is documented."""

from __future__ import annotations

import os
import re

import pytest
from marshmallow import fields

from callbacks.events import PUBLIC_EVENTS, PUBLIC_NAMES
from common.values import Form
from policy.sentences.sentences import KEYS, SPOKEN
from proxy.api import content_lists, notices, schemas
from services.services import OURS as SERVICE_DEFAULTS
from tests.guards.source import ROOT
from tests.proxy.api.test_shapes import OURS

DOCS = ROOT / "docs"
#: An event's name: its subject, a dot, and what happened to the subject.
EVENT = r"[a-z-]+\.[a-z]+"
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
TEXTS = [*DOCS.glob("*.md"), *ROOT.glob("*.md")]

#: Twilio's own form fields of Proxy: the SDKs have arguments for them.
PROXYS = {
    "UniqueName", "DefaultTtl", "CallbackUrl", "InterceptCallbackUrl", "OutOfSessionCallbackUrl", "GeoMatchLevel",
    "NumberSelectionBehavior", "ChatInstanceSid", "Sid", "PhoneNumber", "IsReserved", "Identifier", "FriendlyName",
    "ProxyIdentifier", "ProxyIdentifierSid", "FailOnParticipantConflict", "Ttl", "DateExpiry", "Status", "Mode",
    "Participants", "Body", "MediaUrl",
}  # fmt: skip
#: Forms of our own paths, each documented on the page given here.
ELSEWHERE = {"Participant": "fields.md"}


def names_of(schema: type[Form]) -> set[str]:
    return {field.data_key or name for name, field in schema().fields.items() if isinstance(field, fields.Field)}


def forms() -> list[type[Form]]:
    return [kind for kind in vars(schemas).values() if isinstance(kind, type) and issubclass(kind, Form)]


def rows(page: str) -> list[list[str]]:
    """The cells of every table row on a page, without the separator lines."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]
    return [row for row in cells if not set("".join(row)) <= set("-: ")]


def quoted(row: list[str], *columns: int) -> set[str]:
    return {name for column in columns for name in re.findall(r"`([^`]+)`", row[column])}


def test_every_page_is_in_the_index():
    listed = re.findall(r"^- \[(.+?)\]\(\1\): .+\.$", (DOCS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted([*listed, "README.md"]) == PAGES
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert not [target for target in targets if not os.path.exists(path.parent / target)]


def test_every_form_field_of_ours_is_documented():
    documented = {name for row in rows("fields.md") for name in quoted(row, 0)}
    ours = {name for form in forms() for name in names_of(form)} - PROXYS
    for name, page in ELSEWHERE.items():
        assert f"`{name}`" in (DOCS / page).read_text(encoding="utf-8")
    missing = ours - documented - ELSEWHERE.keys()
    assert not missing, f"say in docs/fields.md what these are: {sorted(missing)}"


def test_every_json_field_of_ours_is_documented():
    documented = {name for row in rows("fields.md") for name in quoted(row, *range(min(2, len(row))))}
    missing = {name for ours in OURS.values() for name in ours} - documented
    assert not missing, f"say in docs/fields.md what these are: {sorted(missing)}"


def test_the_defaults_of_a_service_are_as_documented():
    """Each default in the table is the one in the code, unless the table says "see ..."."""
    for row in (row for row in rows("fields.md") if len(row) == 4 and quoted(row, 1) & SERVICE_DEFAULTS.keys()):
        [name], shown = quoted(row, 1), row[2].strip("`")
        default = SERVICE_DEFAULTS[name]
        wanted = (
            ("none", "all", "the carrier's", "by the number")
            if default is None
            else (str(default), str(default).lower())
        )
        assert shown in wanted or shown.startswith("see "), f"{name}: {shown}, the code has {default!r}"


def test_every_notice_is_documented():
    found = {row[0].strip("`"): row[1] for row in rows("notices.md") if row[0].strip("`") in KEYS}
    assert found == {key: "yes" if key in SPOKEN else "no" for key in KEYS}
    assert names_of(notices.NoticeForm) <= {row[0].strip("`") for row in rows("notices.md")}


def test_the_content_lists_are_documented():
    assert names_of(content_lists.ContentListsForm) <= {row[0].strip("`") for row in rows("content-policy.md")}


def test_every_event_is_on_its_page():
    """docs/callbacks.md has one row for each event that an app may get, and no others."""
    public = {PUBLIC_NAMES.get(name, name) for name in PUBLIC_EVENTS}
    assert public == {name for row in rows("callbacks.md") for name in quoted(row, 0) if re.fullmatch(EVENT, name)}
