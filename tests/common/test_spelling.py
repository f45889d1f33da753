"""A name that is nearly a setting's name is reported; the name of another program's setting is not."""

from __future__ import annotations

import pytest

from common.config import NAMES, ConfigError, environment
from common.spelling import misspelled


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("COOLING_SECOND", "COOLING_SECONDS"),
        ("PUBLIC_ULR", "PUBLIC_URL"),
        ("REDIS_URI", "REDIS_URL"),
        ("SECRETKEY", "SECRET_KEY"),
        ("TWILIO_AUTHTOKEN", "TWILIO_AUTH_TOKEN"),
        ("public_url", "PUBLIC_URL"),
        ("SECRET_KEY_FIEL", "SECRET_KEY_FILE"),
    ],
)
def test_a_slip(name, meant):
    assert misspelled([name], NAMES) == {name: meant}


#: TWILIO_API_KEY and _SECRET are used by Twilio's SDKs and CLI. Other programs' files often have the other names.
@pytest.mark.parametrize(
    "name", ["TWILIO_API_KEY", "TWILIO_API_SECRET", "HOST", "POSTGRES_URL", "FLASK_APP", "DEBUG", "TZ", "PUBLIC_URL"]
)
def test_no_slip(name):
    assert misspelled([name], NAMES) == {}


def test_a_line_of_the_file_stops_the_start(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PUBLIC_URL=https://mask.shop.example\nCOOLING_SECOND=5\n")
    with pytest.raises(ConfigError, match=r"has a line COOLING_SECOND=…, .* Write: COOLING_SECONDS=…$"):
        environment(str(file))
