"""A small picture, painted row by row: light falls from the upper left."""

import random
import struct
import zlib
from itertools import pairwise

WIDTH, HEIGHT = 360, 240
STRIPS = 28
Colour = tuple[float, ...]


class Canvas:
    """Rows of red, green and blue bytes."""

    def __init__(self) -> None:
        self.rows: list[bytearray] = []

    def table(self, base: Colour, chance: random.Random) -> None:
        """A table seen from above, over the whole picture."""
        for y in range(HEIGHT):
            light = 1.12 - 0.3 * y / HEIGHT + chance.uniform(-0.025, 0.025)
            self.rows.append(bytearray(pixel(base, light) * WIDTH))

    def room(self, wall: Colour, base: Colour, chance: random.Random) -> None:
        """A wall, and the table before it from a third above the foot."""
        edge = HEIGHT * 2 // 3
        for y in range(HEIGHT):
            light = 1.06 - 0.14 * y / edge if y < edge else 0.86 + 0.3 * (y - edge) / edge
            colour = wall if y < edge else base
            self.rows.append(bytearray(pixel(colour, light + chance.uniform(-0.012, 0.012)) * WIDTH))

    def disc(
        self, x: float, y: float, radius: float, colour: Colour, cover: float = 1, flat: float = 1
    ) -> None:
        """Fill a disc, `cover` of it opaque, its height `flat` of its width."""
        mixed = (
            [bytes(int(old + (new - old) * cover) for old in range(256)) for new in colour]
            if cover < 1
            else []
        )
        tall = radius * flat
        for row in range(max(0, int(y - tall)), min(HEIGHT, int(y + tall) + 1)):
            half = max(0.0, radius**2 - ((row - y) / flat) ** 2) ** 0.5
            left, right = max(0, round(x - half)), min(WIDTH, round(x + half))
            if left >= right:
                continue
            if not mixed:
                self.rows[row][3 * left : 3 * right] = pixel(colour, 1) * (right - left)
            for channel, table in enumerate(mixed):
                place = slice(3 * left + channel, 3 * right, 3)
                self.rows[row][place] = self.rows[row][place].translate(table)

    def shadow(self, x: float, y: float, radius: float) -> None:
        """What something throws on the table where it stands."""
        for step in range(7):
            self.disc(x + 8 - step, y, radius - 4 * step, (20, 16, 12), 0.12, flat=0.2)

    def turned(self, x: float, outline: list[tuple[float, float]], colour: Colour) -> None:
        """Something round that stands upright, such as a jug: (y, half its width) from top to foot."""
        for (top, wide), (foot, wider) in pairwise(outline):
            for y in range(max(0, int(top)), min(HEIGHT, int(foot))):
                half = wide + (wider - wide) * (y - top) / max(1, foot - top)
                for strip in range(STRIPS):
                    across = (strip + 0.5) / STRIPS * 2 - 1
                    light = 0.5 + 0.62 * max(0.0, 1 - (across + 0.38) ** 2 / 1.6) ** 1.4
                    self._span(
                        y,
                        x - half + strip * half * 2 / STRIPS,
                        half * 2 / STRIPS + 1,
                        colour,
                        light,
                        x + half,
                    )

    def shape(self, points: list[tuple[float, float]], colour: Colour, light: float = 1) -> None:
        """Fill a polygon whose every row is one span."""
        for y in range(max(0, int(min(y for _, y in points))), min(HEIGHT, int(max(y for _, y in points)))):
            cuts = [
                ax + (bx - ax) * (y - ay) / (by - ay)
                for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True)
                if min(ay, by) <= y < max(ay, by)
            ]
            if cuts:
                self._span(y, min(cuts), max(cuts) - min(cuts), colour, light)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], thick: float, colour: Colour
    ) -> None:
        steps = int(max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1))
        for step in range(steps + 1):
            part = step / steps
            self.disc(
                start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part, thick, colour
            )

    def png(self) -> bytes:
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        content = zlib.compress(b"".join(b"\0" + row for row in self.rows), 6)
        chunks = [(b"IHDR", header), (b"IDAT", content), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )

    def _span(self, y: int, x: float, wide: float, colour: Colour, light: float, end: float = WIDTH) -> None:
        left, right = max(0, round(x)), min(WIDTH, round(x + wide), round(end))
        if left < right:
            self.rows[y][3 * left : 3 * right] = pixel(colour, light) * (right - left)


def pixel(colour: Colour, light: float) -> bytes:
    return bytes(max(0, min(255, int(part * light))) for part in colour)
