"""The process that cleans files is locked in: tried from inside, with harmless input; and cleans as it did before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common.config import ConfigError
from media import sandbox_check, sanitizer
from media.cleaning.charsets import CHARSETS
from media.cleaning.clean import Limits, Unclean, clean
from media.rules import SanitizerLimits
from media.sandbox import NOBODY, Mode
from media.sandbox_probe import RUN_A_PROGRAM, tries
from tests.guards.source import ROOT
from tests.media.cleaning.samples import IMAGES, TAILS, gif, jpeg, picture, png, saved, webp
from tests.media.cleaning.test_plain import SMIL, VOICE
from tests.media.cleaning.test_vcards import SPELLINGS, WHOLE_CARD, card

LINUX = sys.platform == "linux"
ALL = [*tries(), RUN_A_PROGRAM]
#: Locks by one layer alone, then tells what can still be done. Limits do not bind root, seccomp does.
ONE_LAYER = """
import os, sys
from media import sandbox
from media.sandbox_probe import succeeded, tries
attempts, layer = tries(), {
    "none": lambda: None,
    "limits": lambda: sandbox._forbid_new,
    "landlock": sandbox._prepare_landlock,
    "seccomp": sandbox._prepare_seccomp,
}[sys.argv[1]]()
if sys.argv[1] != "seccomp":
    sandbox._become_nobody()
if layer:
    layer()
os.write(1, ", ".join(succeeded(attempts)).encode())
"""


@pytest.mark.skipif(not LINUX, reason="only Linux has Landlock and seccomp")
@pytest.mark.parametrize("mode", [Mode.REQUIRED, Mode.BEST])
def test_nothing_can_be_done_from_inside(mode):
    assert sandbox_check.examine(mode) == ([], [])


def test_without_it_the_same_tries_succeed():
    """Otherwise the test above would show nothing. As root, limits stop neither processes nor programs."""
    assert set(sandbox_check.examine(Mode.OFF).possible) >= {"signal a process", RUN_A_PROGRAM}


@pytest.mark.skipif(not LINUX, reason="only Linux has Landlock and seccomp")
@pytest.mark.parametrize(
    ("layer", "possible"),
    [
        ("none", {"read a file", "list a directory", "write a file", "open a socket", "start a process"}),
        ("limits", set()),
        ("landlock", {"open a socket", "start a process"}),
        ("seccomp", set()),
    ],
)
def test_what_each_layer_stops_alone(layer, possible):
    """Signals and the parent's environment: another user has neither, the same user is stopped by seccomp."""
    command = [sys.executable, "-c", ONE_LAYER, layer]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=60)
    found = set(filter(None, done.stdout.decode().split(", ")))
    depends_on_user = {"signal a process", "read its parent's environment"} if layer != "seccomp" else set()
    assert found - depends_on_user == possible


@pytest.mark.skipif(not LINUX, reason="/proc")
def test_it_is_another_user_with_the_filter_on_and_nothing_open_but_its_pipes():
    header = {"type": "", "limits": asdict(Limits()), "cpu": 25, "memory": 10**9, "sandbox": "required"}
    with subprocess.Popen(
        sanitizer.COMMAND, cwd=ROOT, env=sanitizer.bare_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(json.dumps(header).encode() + b"\n")
        process.stdin.flush()
        proc = Path(f"/proc/{process.pid}")
        deadline = time.monotonic() + 60
        while (status := _status(proc)).get("Seccomp") != "2" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert status["NoNewPrivs"] == "1"
        if os.geteuid() == 0:
            assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(NOBODY)}
            assert status["CapEff"].strip("0") == ""
        limits = (proc / "limits").read_text()
        assert "Max open files            0                    0" in limits
        assert {path.name for path in (proc / "fd").iterdir()} == {"0", "1", "2"}
        assert set((proc / "environ").read_bytes().split(b"\0")) <= {
            f"{name}={value}".encode() for name, value in sanitizer.bare_environment().items()
        } | {b""}
        process.communicate(jpeg(), timeout=60)


def _status(proc: Path) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in (proc / "status").open())}


def _samples() -> dict[str, tuple[bytes, str]]:
    """What phones send and what they would not: whole, turned, in other colours, with tails, cut off."""
    pictures = {name: make() for name, make in IMAGES.items()}
    modes = {f"png {mode}": saved(picture(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGBA", "I;16")}
    turned = {f"jpeg turned {side}": jpeg(side) for side in range(1, 9)}
    more = {
        "progressive": jpeg(progressive=True), "cmyk": jpeg(image=picture("CMYK")), "grey": jpeg(image=picture("L")),
        "pair": saved(picture(), "MPO", save_all=True, append_images=[picture()]), "film": gif(9),
        "clear webp": webp(image=picture("RGBA"), lossless=True), "turned png": png(orientation=6),
        "clear gif": saved(picture("RGBA"), "GIF"), "moving png": saved(picture(), "PNG", save_all=True,
        append_images=[picture().rotate(90)]), "large": jpeg(image=picture(size=(2000, 1500))),
    }  # fmt: skip
    tails = {f"{name} behind": jpeg() + tail for name, tail in TAILS.items()}
    cut = {f"{name} cut": data[: len(data) // 2] for name, data in pictures.items()}
    others = {"tiff": saved(picture(), "TIFF"), "bmp": saved(picture(), "BMP"), "pdf": TAILS["pdf"], "smil": SMIL}
    plain = {"voice": VOICE, "voice cut": VOICE[:-3], "card": WHOLE_CARD.encode(), "empty": b""}
    spelled = {f"card {name}": card(*lines, "FN:Jane Doe") for name, lines in SPELLINGS.items()}
    files = {**pictures, **modes, **turned, **more, **tails, **cut, **others, **plain, **spelled}
    texts = {
        f"text {charset}": ("Hi 5".encode(charset), f"text/plain; charset={charset}") for charset in sorted(CHARSETS)
    }
    return {**{name: (data, "") for name, data in files.items()}, **texts}


SAMPLES = _samples()
#: Cleans all files of stdin after the lock.
CLEAN_ALL = """
import pickle, sys
from media import sandbox
from media.cleaning.clean import Limits, Unclean, clean
from media.warm_up import warm_up
warm_up()
files = pickle.load(sys.stdin.buffer)
sandbox.limit(600, 1_000_000_000)
sandbox.lock(sandbox.Mode.BEST)
answers = {}
for name, (data, claim) in files.items():
    try:
        answers[name] = tuple(clean(data, claim, Limits()))
    except Unclean as unclean:
        answers[name] = str(unclean)
    except Exception as error:
        answers[name] = repr(error)
sys.stdout.buffer.write(pickle.dumps(answers))
"""


def test_every_kind_is_cleaned_inside_as_it_is_outside():
    import pickle

    done = subprocess.run(
        [sys.executable, "-c", CLEAN_ALL],
        input=pickle.dumps(SAMPLES), cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=250,
    )  # fmt: skip
    inside = pickle.loads(done.stdout)
    outside = {name: _clean(data, claim) for name, (data, claim) in SAMPLES.items()}
    assert {name for name in SAMPLES if inside[name] != outside[name]} == set()
    assert {answer[0] for answer in outside.values() if not isinstance(answer, str)} == set(sanitizer.EXTENSIONS)


def _clean(data: bytes, claim: str) -> tuple[object, ...] | str:
    try:
        return tuple(clean(data, claim, Limits()))
    except Unclean as unclean:
        return str(unclean)


def sanitize(mode: str, data: bytes):
    rt: Any = SimpleNamespace(settings=SimpleNamespace(media_sandbox=mode), part=lambda make: make(None))
    return sanitizer.sanitize(rt, data, "", Limits(), SanitizerLimits(), 60)


@pytest.mark.parametrize("mode", Mode)
def test_the_process_itself_answers_in_each_mode(mode):
    if mode is Mode.REQUIRED and not LINUX:
        pytest.skip("only Linux has Landlock and seccomp")
    assert sanitize(mode, jpeg()).data == clean(jpeg(), "", Limits()).data


@pytest.fixture
def without_libseccomp(tmp_path, monkeypatch):
    """The library cannot be loaded."""
    (tmp_path / "libseccomp.so.2").write_text("no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))


@pytest.mark.skipif(not LINUX, reason="elsewhere Landlock is missing as well")
def test_what_is_missing_is_said_with_the_way_out(without_libseccomp):
    (sentence,) = sandbox_check.check(Mode.BEST)
    assert sentence.startswith(
        "MEDIA_SANDBOX=best: the process that cleans files is not locked in completely: seccomp: "
    )
    assert "Debian: libseccomp2" in sentence
    with pytest.raises(ConfigError, match=r"^MEDIA_SANDBOX is required, but .* or write: MEDIA_SANDBOX=best$"):
        sandbox_check.check(Mode.REQUIRED)


def test_off_is_said_as_well():
    (sentence,) = sandbox_check.check(Mode.OFF)
    assert "a file that takes over a decoder could" in sentence


@pytest.mark.skipif(not LINUX, reason="elsewhere Landlock is missing as well")
def test_no_file_is_cleaned_where_a_required_part_is_missing(without_libseccomp):
    assert sanitize("best", jpeg()).type == "image/jpeg"
    with pytest.raises(Unclean, match="crashed"):
        sanitize("required", jpeg())
