"""The carrier's words in our code: each is a word of Twilio with the same spelling, and no word of Twilio is missing.

Sources: the classes of the pinned SDK, which Twilio generates from its OpenAPI files; the OpenAPI files, if they are
present; and, for words that are in neither, the page of Twilio that is named beside the word.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance
from twilio.rest.proxy.v1.service import ServiceInstance
from twilio.rest.proxy.v1.service.session import SessionInstance
from twilio.rest.proxy.v1.service.session.interaction import InteractionInstance

from callbacks import events
from carrier.model import FINAL_CALL_STATUSES
from common.model import GEO_MATCH_LEVELS, NUMBER_SELECTION_BEHAVIORS
from jobs.reconciling import calls, messages
from jobs.redaction import parts
from outbox import send
from relay.channels.call import outcome
from sessions import model as sessions
from simulator import model as carried
from simulator.errors import late_status
from simulator.voice import model as called
from simulator.voice import params as voice_params
from storage import library

# Slow: reads the carrier's large OpenAPI file.
pytestmark = pytest.mark.slow


SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).resolve().parents[3].parent / "shared" / "specs")
#: Statuses of our outbound legs that the Messages and Calls API do not have: they are Proxy's own words.
PROXY_ONLY = {"message": {"delivery-unknown"}, "voice": {"initiated"}}
#: Twilio's page on Interactions names these two in its text; its OpenAPI file does not.
IN_PROSE = {"partially-delivered", "read"}
#: From "Request parameters" on Twilio's page on Dial; `answered` is for conferences.
DIAL_ENDS = {"completed", "answered", "busy", "no-answer", "failed", "canceled"}


def words(enumeration: type) -> set[str]:
    return {value for name, value in vars(enumeration).items() if not name.startswith("__")}


MESSAGE, CALL = words(MessageInstance.Status), words(CallInstance.Status)
DIRECTIONS = words(MessageInstance.Direction)
ENUMERATIONS = {
    ("api_v2010", "message_enum_status"): MESSAGE,
    ("api_v2010", "message_enum_direction"): DIRECTIONS,
    ("api_v2010", "call_enum_status"): CALL,
    ("api_v2010", "call_enum_update_status"): words(CallInstance.UpdateStatus),
    ("api_v2010", "message_enum_content_retention"): words(MessageInstance.ContentRetention),
    ("api_v2010", "message_enum_address_retention"): words(MessageInstance.AddressRetention),
    ("api_v2010", "recording_enum_status"): words(RecordingInstance.Status),
    ("proxy_v1", "interaction_enum_resource_status"): words(InteractionInstance.ResourceStatus),
    ("proxy_v1", "interaction_enum_type"): words(InteractionInstance.Type),
    ("proxy_v1", "session_enum_status"): words(SessionInstance.Status),
    ("proxy_v1", "session_enum_mode"): words(SessionInstance.Mode),
    ("proxy_v1", "service_enum_geo_match_level"): words(ServiceInstance.GeoMatchLevel),
    ("proxy_v1", "service_enum_number_selection_behavior"): words(ServiceInstance.NumberSelectionBehavior),
}


@cache
def listed(file: str) -> dict[str, Any]:
    path = SPECS / f"twilio_{file}.yaml"
    if not path.exists():
        pytest.skip("Twilio's OpenAPI files are not present")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(), Loader=loader)["components"]["schemas"]
    return found


@pytest.mark.parametrize("file, name", ENUMERATIONS)
def test_the_sdk_has_what_the_openapi_file_has(file: str, name: str) -> None:
    assert set(listed(file)[name]["enum"]) == ENUMERATIONS[file, name]


def places() -> dict[str, list[str]]:
    """The status words of the module carrier.statuses, in their order."""
    text = library.modules()["carrier.statuses"].split("local ORDER = {")[1].split("\n}\n")[0]
    return {kind: re.findall("'([a-z_-]+)'", text.split(f"{kind} = {{")[1].split("}")[0]) for kind in PROXY_ONLY}


@pytest.mark.parametrize("kind, theirs", [("message", MESSAGE), ("voice", CALL)])
def test_statuses_of_a_leg(kind: str, theirs: set[str]) -> None:
    assert set(places()[kind]) == theirs | PROXY_ONLY[kind]


def test_what_proxy_shows() -> None:
    shown = {word.replace("_", "-") for found in places().values() for word in found}
    assert shown - IN_PROSE <= words(InteractionInstance.ResourceStatus)


def test_the_end_of_a_dial() -> None:
    assert {outcome(word, True) for word in DIAL_ENDS} == set(places()["voice"][4:]) == set(FINAL_CALL_STATUSES)
    assert outcome("answered", False) == "no-answer"


def test_words_that_python_compares_with() -> None:
    assert {messages.REPLY, parts.REPLY, send.SENT_BY_API, "inbound"} <= DIRECTIONS
    assert {*events.FAILED, messages.LOST} <= {*MESSAGE, *PROXY_ONLY["message"]}
    # Twilio has no enum of call directions; its page on Calls has "inbound", "outbound-api" and "outbound-dial".
    assert calls.PLACED == "outbound-api"
    assert FINAL_CALL_STATUSES | {"queued", "ringing", "in-progress"} == CALL and set(calls.NEVER_DIALED) < CALL


def test_what_the_simulator_says() -> None:
    assert carried.FINAL_STATUSES | {"queued", "sending", "sent", "accepted", "scheduled", "receiving"} == MESSAGE
    assert {late_status(code) for code in (30001, 30003)} <= MESSAGE
    assert called.FINAL_STATUSES == FINAL_CALL_STATUSES
    assert set(voice_params.EVENT_STATUSES.values()) - CALL == {"initiated"}
    assert set(called.EVENTS) == {"initiated", "ringing", "answered", "completed"}


def test_choices_of_proxy() -> None:
    assert set(sessions.STATUSES) == words(SessionInstance.Status)
    assert set(sessions.MODES) == words(SessionInstance.Mode)
    # Only the text of Twilio's page on Services names extended-area-code.
    assert set(GEO_MATCH_LEVELS) - {"extended-area-code"} == words(ServiceInstance.GeoMatchLevel)
    assert set(NUMBER_SELECTION_BEHAVIORS) == words(ServiceInstance.NumberSelectionBehavior)
