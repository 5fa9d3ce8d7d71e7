"""An agent's picture, read and written anew: whatever else a file carried, such as where it was taken, stays out."""

from __future__ import annotations

import io
import struct

MOST_BYTES = 8 * 1024 * 1024
"""Of the file that is sent."""
MOST_POINTS = 40_000_000
SIDE = 192
"""Pixels of what is kept: a square."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class NotAPicture(ValueError):
    """The content is not a picture of a kind and size that we take."""


def drawn_anew(content: bytes) -> bytes:
    """A JPEG of SIDE × SIDE from the middle of the picture. Raises NotAPicture."""
    from PIL import Image, ImageOps  # takes long, which every start of the pages would wait for

    if len(content) > MOST_BYTES:
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise NotAPicture
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
            paper = Image.new("RGB", square.size, "white")
            paper.paste(square, mask=square.getchannel("A"))
            kept = io.BytesIO()
            paper.save(kept, "JPEG", quality=88, optimize=True)
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError):
        raise NotAPicture from None
    return kept.getvalue()
