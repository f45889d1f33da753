"""Animated GIFs, re-encoded frame by frame: only pictures, durations and the loop count stay."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageSequence

from media.cleaning.encoding import smaller
from media.cleaning.model import Clean, Limits

#: The longest duration that the format allows, in milliseconds. Equal frames are merged, and their durations added.
_MAX_DURATION_MS = 655_350
_DISPOSE_TO_BACKGROUND = 2
#: One palette index is reserved for transparency.
_COLOURS, _TRANSPARENT = 255, 255
_OPAQUE_FROM = 128
_SAMPLE_SIZE = (96, 96)


class _Animation(NamedTuple):
    frames: list[Image.Image]
    durations: list[int]
    loops: int | None


def re_encode(data: bytes, limits: Limits) -> Clean:
    animation = _read(data)
    while len(encoded := _encode(animation)) > limits.bytes_out:
        animation = _resized(animation, smaller(animation.frames[0].size, len(encoded) / limits.bytes_out))
    return Clean("image/gif", encoded, "gif")


def _read(data: bytes) -> _Animation:
    with Image.open(BytesIO(data), formats=["GIF"]) as opened:
        loops = opened.info.get("loop")
        frames, durations = [], []
        for frame in ImageSequence.Iterator(opened):
            durations.append(int(frame.info.get("duration", 0)))
            frames.append(frame.convert("RGBA" if frame.has_transparency_data else "RGB"))
    max_duration = _MAX_DURATION_MS // len(frames)
    return _Animation(frames, [min(duration, max_duration) for duration in durations], loops)


def _resized(animation: _Animation, size: tuple[int, int]) -> _Animation:
    return animation._replace(frames=[frame.resize(size, Image.Resampling.BILINEAR) for frame in animation.frames])


def _encode(animation: _Animation) -> bytes:
    file = BytesIO()
    frames = [_to_palette(frame) for frame in animation.frames]
    loops = {} if animation.loops is None else {"loop": animation.loops}
    disposal = {"disposal": _DISPOSE_TO_BACKGROUND} if any(frame.info for frame in frames) else {}
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=animation.durations, **loops, **disposal
    )
    return file.getvalue()


def _to_palette(frame: Image.Image) -> Image.Image:
    """The frame in the format's 255 colours, without metadata."""
    colours = frame.convert("RGB")
    if colours.getcolors(_COLOURS):
        paletted = colours.quantize(_COLOURS)
    else:
        # A palette made from all pixels of a picture with many colours would take half a second per frame.
        palette = colours.resize(_SAMPLE_SIZE, Image.Resampling.NEAREST).quantize(_COLOURS)
        paletted = colours.quantize(palette=palette, dither=Image.Dither.NONE)
    paletted.info = {}
    return _with_transparency(paletted, frame.getchannel("A")) if frame.mode == "RGBA" else paletted


def _with_transparency(paletted: Image.Image, alpha: Image.Image) -> Image.Image:
    palette = paletted.getpalette() or []
    paletted.putpalette(palette + [0] * (3 * (_TRANSPARENT + 1) - len(palette)))
    paletted.paste(_TRANSPARENT, mask=alpha.point(lambda value: 255 * (value < _OPAQUE_FROM)))
    paletted.info = {"transparency": _TRANSPARENT}
    return paletted
