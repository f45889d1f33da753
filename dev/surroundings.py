"""The environment of the embedded set-up: yours first, then `.env`, then what is made up once and kept."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import sys
from dataclasses import fields
from pathlib import Path

from common.config import ConfigError, Settings, environment

SIMULATOR_PORT = "5055"
#: In var/run.env: which of its lines are no choice of anybody's, but were made for that start.
MADE = "MADE_BY_MAKE_RUN"


def compose(root: Path) -> dict[str, str]:
    """Everything but REDIS_URL, which is the embedded store's once it runs."""
    found = _chosen(environment(str(root / ".env")), root / "var" / "run.env")
    found.update(_kept(root / "var" / "dev.env", found))
    port, simulator = _port(found, "PORT", "5000"), _port(found, "SIMULATOR_PORT", SIMULATOR_PORT)
    found.update(PORT=port, SIMULATOR_PORT=simulator)
    defaults = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        # Only who names a carrier reaches one: a trial must not change webhooks of numbers in use.
        "TWILIO_API_URL": f"http://127.0.0.1:{simulator}",
        "SIMULATOR_URL": f"http://127.0.0.1:{simulator}",
        "PYTHONUNBUFFERED": "1",
    }
    if found.get("TWILIO_API_URL") in (None, "", defaults["TWILIO_API_URL"]):
        # Nobody's phone rings: your app on this machine may be called back.
        defaults["ALLOW_PRIVATE_CALLBACKS"] = "1"
    made = {name: value for name, value in defaults.items() if not found.get(name)}
    found.update(made, **{MADE: " ".join([*made, *["REDIS_URL"] * embeds(found)])})
    found["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{found.get('PATH', os.defpath)}"
    return found


def _chosen(found: dict[str, str], earlier: Path) -> dict[str, str]:
    """Without what a shell has that read var/run.env: it would lead to the store and the ports of an earlier start."""
    made = _lines(earlier) if earlier.exists() and found.get(MADE) else {}
    return {
        name: value
        for name, value in found.items()
        if name != MADE and not (name in found.get(MADE, "").split() and made.get(name) == value)
    }


def _port(found: dict[str, str], name: str, usual: str) -> str:
    """Before the URLs that are made from it, or the complaint would be about them."""
    text = found.get(name) or usual
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ConfigError(f"{name} must be a whole number from 1 to 65535. Write: {name}={usual}")
    return str(int(text))


def simulates(environ: dict[str, str]) -> bool:
    return environ["TWILIO_API_URL"] == f"http://127.0.0.1:{environ['SIMULATOR_PORT']}"


def embeds(environ: dict[str, str]) -> bool:
    return not (environ.get("REDIS_URL") or environ.get("REDIS_URL_FILE"))


def write(file: Path, values: dict[str, str]) -> None:
    """Readable by a shell and by python-dotenv; by nobody else's eyes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def shown(environ: dict[str, str]) -> dict[str, str]:
    """The settings among it, for other shells; the simulator's command line takes its own address from there too."""
    names = [name for field in fields(Settings) for name in (field.name.upper(), f"{field.name.upper()}_FILE")]
    return {name: environ[name] for name in (*names, "SIMULATOR_URL", MADE) if environ.get(name)}


def _kept(file: Path, found: dict[str, str]) -> dict[str, str]:
    """What is missing, from the file, or made up and written there: a restart must open the same key ring."""
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }
    kept = made | (_lines(file) if file.exists() else {})
    write(file, {name: kept[name] for name in made})
    return {name: kept[name] for name in made if not (found.get(name) or found.get(f"{name}_FILE"))}


def _lines(file: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}
