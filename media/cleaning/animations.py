"""Animated GIFs, frame by frame: pictures, times and the number of rounds stay."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageSequence

from media.cleaning.encoding import smaller
from media.cleaning.model import Clean, Limits

#: What the format can say in hundredths of a second, in milliseconds. Equal frames are joined, and their times added.
_LONGEST = 655_350
_REPLACE_THE_LAST = 2
#: One place of the palette is kept for what is seen through.
_COLOURS, _CLEAR = 255, 255
_OPAQUE_FROM = 128
_SAMPLE = (96, 96)


class _Film(NamedTuple):
    frames: list[Image.Image]
    durations: list[int]
    rounds: int | None


def redrawn(data: bytes, limits: Limits) -> Clean:
    film = _read(data)
    while len(written := _written(film)) > limits.bytes_out:
        film = _resized(film, smaller(film.frames[0].size, len(written) / limits.bytes_out))
    return Clean("image/gif", written, "gif")


def _read(data: bytes) -> _Film:
    with Image.open(BytesIO(data), formats=["GIF"]) as opened:
        rounds = opened.info.get("loop")
        frames, durations = [], []
        for frame in ImageSequence.Iterator(opened):
            durations.append(int(frame.info.get("duration", 0)))
            frames.append(frame.convert("RGBA" if frame.has_transparency_data else "RGB"))
    longest = _LONGEST // len(frames)
    return _Film(frames, [min(duration, longest) for duration in durations], rounds)


def _resized(film: _Film, size: tuple[int, int]) -> _Film:
    return film._replace(frames=[frame.resize(size, Image.Resampling.BILINEAR) for frame in film.frames])


def _written(film: _Film) -> bytes:
    file = BytesIO()
    frames = [_reduced(frame) for frame in film.frames]
    rounds = {} if film.rounds is None else {"loop": film.rounds}
    replaced = {"disposal": _REPLACE_THE_LAST} if any(frame.info for frame in frames) else {}
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=film.durations, **rounds, **replaced)
    return file.getvalue()


def _reduced(frame: Image.Image) -> Image.Image:
    """In the format's few colours, without any other word of the file."""
    colours = frame.convert("RGB")
    if colours.getcolors(_COLOURS):
        reduced = colours.quantize(_COLOURS)
    else:
        # A palette from all pixels of a rich picture would take half a second for each frame.
        palette = colours.resize(_SAMPLE, Image.Resampling.NEAREST).quantize(_COLOURS)
        reduced = colours.quantize(palette=palette, dither=Image.Dither.NONE)
    reduced.info = {}
    return _with_holes(reduced, frame.getchannel("A")) if frame.mode == "RGBA" else reduced


def _with_holes(reduced: Image.Image, alpha: Image.Image) -> Image.Image:
    palette = reduced.getpalette() or []
    reduced.putpalette(palette + [0] * (3 * (_CLEAR + 1) - len(palette)))
    reduced.paste(_CLEAR, mask=alpha.point(lambda value: 255 * (value < _OPAQUE_FROM)))
    reduced.info = {"transparency": _CLEAR}
    return reduced
