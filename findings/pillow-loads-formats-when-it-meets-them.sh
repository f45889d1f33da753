#!/usr/bin/env bash
# Pillow reads an image with formats=["JPEG"]. One would guess that everything for a JPEG is loaded once a first JPEG was
# read, so that a process may then give up the right to open files. It is not: a JPEG with a second picture (MPO, as many
# phones make them) imports its module only when one comes, and a first WebP imports the modules of all formats. In a
# process that may open no file such a picture fails with PermissionError, EMFILE or the like, whose text holds a path.
# Import PIL.MpoImagePlugin and PIL.WebPImagePlugin by name, then read one of each kind, then lock.
# Packages: pillow 13.0.0. Needs python 3.11 or later.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
"$place/bin/python" - <<'PY'
import subprocess
import sys

MAKE = """
import io, sys
from PIL import Image
def made(form, **more):
    file = io.BytesIO()
    Image.new("RGB", (9, 9)).save(file, form, **more)
    return file.getvalue()
"""
one = subprocess.run([sys.executable, "-c", MAKE + """
sys.stdout.write(made("MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))]).hex() + " " + made("WEBP").hex()
    + " " + made("JPEG").hex())"""], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
pair, webp, jpeg = one
SHOW = """
import io, sys
from PIL import Image
def read(data, form):
    before = set(sys.modules)
    Image.open(io.BytesIO(bytes.fromhex(data)), formats=[form]).load()
    return sorted(name for name in set(sys.modules) - before if name.startswith("PIL.") and "Plugin" in name)
_, jpeg, pair, webp = sys.argv
first, second, third, fourth = read(jpeg, "JPEG"), read(jpeg, "JPEG"), read(pair, "JPEG"), read(webp, "WEBP")
print("first JPEG loads", len(first), "- second JPEG", len(second), "- JPEG with a second picture", third)
print("first WebP loads", len(fourth), "more formats")
raise SystemExit(0 if not second and third and len(fourth) > 10 else 1)
"""
raise SystemExit(subprocess.run([sys.executable, "-c", SHOW, jpeg, pair, webp]).returncode)
PY
