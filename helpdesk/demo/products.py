"""What the demo shop sells and what goes wrong with it, as a phone would have seen it."""

import random
from collections.abc import Callable
from itertools import pairwise

from helpdesk.demo.canvas import HEIGHT, Canvas, Colour

TABLES: list[Colour] = [
    (139, 101, 66),
    (92, 84, 79),
    (196, 178, 150),
    (70, 60, 54),
    (168, 132, 96),
    (216, 210, 200),
]
WALLS: list[Colour] = [(214, 208, 198), (186, 196, 200), (206, 190, 170), (150, 158, 150), (226, 222, 216)]
GLAZES: list[Colour] = [
    (240, 236, 228),
    (52, 58, 66),
    (104, 116, 78),
    (206, 186, 150),
    (186, 92, 70),
    (92, 122, 140),
]
STEEL: Colour = (196, 200, 204)
BLACK: Colour = (44, 44, 48)
BRASS: Colour = (188, 148, 82)
CARD: Colour = (184, 146, 102)


def cup(canvas: Canvas, chance: random.Random) -> None:
    """One or two cups from above."""
    canvas.table(chance.choice(TABLES), chance)
    for x in chance.choice([[110], [180], [240], [90, 270]]):
        _one_cup(canvas, chance, x + chance.randint(-14, 14))


def _one_cup(canvas: Canvas, chance: random.Random, x: float) -> None:
    y, size = chance.randint(96, 146), chance.randint(44, 62)
    glaze = chance.choice(GLAZES)
    for step in range(8):
        canvas.disc(x + 10 - step, y + 14 - step, size * 1.52 - step, (38, 30, 24), 0.14)
    for step in range(12):
        canvas.disc(x, y, size * (1.45 - step * 0.02), _lit(glaze, 0.82 + step * 0.015))
    canvas.disc(x + 4, y + 6, size * 1.04, (30, 24, 20), 0.35)
    for step in range(10):
        canvas.disc(x, y, size * (1 - step * 0.012), _lit(glaze, 0.9 + step * 0.018))
    for step in range(16):
        crema = (88 + step * 6, 52 + step * 4.6, 24 + step * 2.6)
        canvas.disc(x - step * 0.8, y - step * 0.9, size * (0.86 - step * 0.035), crema)
    for _ in range(chance.randint(5, 14)):
        at = x + chance.uniform(-0.5, 0.5) * size, y + chance.uniform(-0.5, 0.5) * size
        canvas.disc(*at, chance.uniform(1.5, 5), (222, 186, 138), 0.5)


def grinder(canvas: Canvas, chance: random.Random) -> None:
    """An electric grinder with its hopper of beans."""
    x, foot = _stand(canvas, chance, 62)
    body = chance.choice([BLACK, STEEL, *GLAZES[:2]])
    canvas.turned(x, [(foot - 158, 40), (foot - 112, 24)], (176, 188, 190))
    canvas.turned(x, [(foot - 150, 35), (foot - 114, 22)], (74, 46, 28))
    canvas.turned(x, [(foot - 164, 43), (foot - 158, 43)], BLACK)
    canvas.turned(x, [(foot - 112, 30), (foot - 100, 36), (foot - 58, 36), (foot - 54, 30)], body)
    canvas.turned(x, [(foot - 54, 27), (foot - 22, 27)], _lit(body, 0.55))
    canvas.turned(x, [(foot - 22, 40), (foot, 46)], body)
    canvas.disc(x - 6, foot - 79, 9, BRASS)
    canvas.disc(x - 6, foot - 79, 5, _lit(BRASS, 0.7))
    canvas.turned(x, [(foot - 44, 15), (foot - 23, 13)], STEEL)


def kettle(canvas: Canvas, chance: random.Random) -> None:
    """A gooseneck kettle."""
    x, foot = _stand(canvas, chance, 70)
    metal = chance.choice([STEEL, BLACK, BRASS, (206, 226, 214)])
    neck = [(x - 44, foot - 36), (x - 72, foot - 48), (x - 78, foot - 84), (x - 98, foot - 104)]
    for start, end in pairwise(neck):
        canvas.line(start, end, 6, _lit(metal, 0.78))
    handle = [(x + 34, foot - 92), (x + 78, foot - 98), (x + 80, foot - 34)]
    for start, end in pairwise(handle):
        canvas.line(start, end, 6, _lit(BLACK, 0.85))
    canvas.turned(x, [(foot - 102, 27), (foot - 94, 32), (foot - 40, 46), (foot - 6, 50), (foot, 46)], metal)
    canvas.turned(x, [(foot - 112, 6), (foot - 103, 9), (foot - 102, 29)], _lit(metal, 0.85))
    canvas.disc(x, foot - 115, 7, BLACK)


def scale(canvas: Canvas, chance: random.Random) -> None:
    """A scale with a cup on it, and what it says."""
    x, foot = _stand(canvas, chance, 96)
    body = chance.choice([BLACK, (236, 236, 232)])
    canvas.shape([(x - 82, foot - 44), (x + 82, foot - 44), (x + 96, foot - 14), (x - 96, foot - 14)], body)
    canvas.shape([(x - 96, foot - 14), (x + 96, foot - 14), (x + 96, foot), (x - 96, foot)], body, 0.7)
    canvas.shape(
        [(x + 18, foot - 11), (x + 84, foot - 11), (x + 84, foot - 3), (x + 18, foot - 3)], (16, 20, 18)
    )
    for digit in range(4):
        tall = chance.choice([3, 5])
        canvas.shape(
            [
                (x + 30 + 13 * digit, foot - 9),
                (x + 37 + 13 * digit, foot - 9),
                (x + 37 + 13 * digit, foot - 9 + tall),
                (x + 30 + 13 * digit, foot - 9 + tall),
            ],
            (120, 240, 190),
        )
    glaze = chance.choice(GLAZES)
    canvas.disc(x - 16, foot - 30, 34, (20, 16, 12), 0.3, flat=0.22)
    canvas.turned(x - 16, [(foot - 100, 40), (foot - 60, 34), (foot - 32, 22)], glaze)
    canvas.disc(x - 16, foot - 100, 40, _lit(glaze, 0.8), flat=0.2)
    canvas.disc(x - 16, foot - 98, 34, (58, 34, 20), flat=0.18)


def bag(canvas: Canvas, chance: random.Random) -> None:
    """A bag of beans, folded at its top, some of them spilled."""
    x, foot = _stand(canvas, chance, 60)
    paper = chance.choice([CARD, BLACK, (226, 218, 202), (86, 104, 88), (150, 66, 52)])
    canvas.turned(x, [(foot - 150, 48), (foot - 136, 47), (foot - 90, 52), (foot - 8, 56), (foot, 50)], paper)
    canvas.shape(
        [(x - 50, foot - 158), (x + 50, foot - 158), (x + 49, foot - 142), (x - 49, foot - 142)], paper, 0.72
    )
    label = chance.choice([(244, 240, 230), BRASS])
    canvas.shape(
        [(x - 30, foot - 108), (x + 30, foot - 108), (x + 32, foot - 48), (x - 32, foot - 48)], label, 0.94
    )
    for step, wide in enumerate((40, 52, 30)):
        y = foot - 96 + 15 * step
        canvas.shape(
            [(x - wide / 2, y), (x + wide / 2, y), (x + wide / 2, y + 5), (x - wide / 2, y + 5)], BLACK, 1.3
        )
    for _ in range(26):
        at = x + chance.uniform(-130, 130), foot + chance.uniform(-2, 34)
        canvas.disc(*at, 5, (70, 42, 26), flat=0.65)
        canvas.disc(*at, 3.5, (98, 62, 38), flat=0.3)


def machine(canvas: Canvas, chance: random.Random) -> None:
    """An espresso machine from its front; sometimes it stands in a puddle."""
    x, foot = _stand(canvas, chance, 104)
    body = chance.choice([STEEL, BLACK, (176, 60, 48), (232, 228, 218)])
    if chance.random() < 0.5:
        canvas.disc(x - 10, foot + 16, 118, (206, 216, 222), 0.45, flat=0.16)
    canvas.shape([(x - 92, foot - 140), (x + 92, foot - 140), (x + 92, foot - 78), (x - 92, foot - 78)], body)
    canvas.shape(
        [(x - 92, foot - 146), (x + 92, foot - 146), (x + 92, foot - 138), (x - 92, foot - 138)], body, 0.7
    )
    canvas.shape(
        [(x - 80, foot - 78), (x + 80, foot - 78), (x + 80, foot - 18), (x - 80, foot - 18)], body, 0.5
    )
    canvas.shape([(x - 96, foot - 18), (x + 96, foot - 18), (x + 96, foot), (x - 96, foot)], body, 0.85)
    canvas.turned(x, [(foot - 78, 26), (foot - 66, 24)], STEEL)
    canvas.line((x + 4, foot - 60), (x + 44, foot - 54), 6, BLACK)
    canvas.turned(x, [(foot - 66, 20), (foot - 54, 16)], _lit(STEEL, 0.8))
    canvas.line((x - 70, foot - 84), (x - 74, foot - 34), 3, STEEL)
    for at in (-62, 62):
        canvas.disc(x + at, foot - 110, 15, (240, 240, 236))
        canvas.line((x + at, foot - 110), (x + at + chance.randint(-9, 9), foot - 119), 1, BLACK)
    for step in range(3):
        canvas.disc(x - 18 + 18 * step, foot - 110, 5, chance.choice([(230, 90, 70), (120, 220, 150), BLACK]))
    canvas.turned(x, [(foot - 42, 17), (foot - 20, 12)], GLAZES[0])


def box(canvas: Canvas, chance: random.Random) -> None:
    """A parcel or two, not always dry and whole."""
    x, foot = _stand(canvas, chance, 90)
    for step in range(chance.choice([1, 1, 2])):
        _one_box(canvas, chance, x + 26 * step, foot - 92 * step, 84 - 22 * step)


def _one_box(canvas: Canvas, chance: random.Random, x: float, foot: float, half: float) -> None:
    tall = half * 1.05
    left, right, top = x - half, x + half * 0.55, foot - tall
    canvas.shape([(left, top), (right, top), (right, foot), (left, foot)], CARD)
    canvas.shape([(right, top), (x + half, top - 24), (x + half, foot - 30), (right, foot)], CARD, 0.72)
    canvas.shape(
        [(left + half * 0.45, top - 24), (x + half, top - 24), (right, top), (left, top)], CARD, 1.18
    )
    middle = (left + right) / 2
    canvas.shape(
        [(middle - 9, top), (middle + 9, top), (middle + 9, top + 30), (middle - 9, top + 30)],
        (222, 204, 160),
    )
    canvas.shape(
        [(left + 8, foot - 34), (left + 48, foot - 34), (left + 48, foot - 8), (left + 8, foot - 8)],
        (244, 242, 236),
    )
    if chance.random() < 0.5:
        for step in range(5):
            canvas.disc(right - 20, foot - 12, 34 - 5 * step, (96, 66, 40), 0.16, flat=0.7)


def dripper(canvas: Canvas, chance: random.Random) -> None:
    """A dripper on its server."""
    x, foot = _stand(canvas, chance, 56)
    glaze = chance.choice(GLAZES)
    canvas.turned(x, [(foot - 84, 24), (foot - 66, 36), (foot - 14, 44), (foot, 38)], (190, 202, 204))
    canvas.turned(x, [(foot - 46, 40), (foot - 14, 43), (foot - 4, 38)], (72, 42, 24))
    canvas.turned(x, [(foot - 150, 50), (foot - 96, 20)], glaze)
    canvas.turned(x, [(foot - 96, 42), (foot - 88, 42)], _lit(glaze, 0.9))
    canvas.disc(x, foot - 150, 50, _lit(glaze, 0.78), flat=0.16)
    canvas.disc(x, foot - 149, 44, (246, 240, 228), flat=0.14)
    canvas.disc(x, foot - 147, 34, (66, 40, 24), flat=0.12)


def paper(canvas: Canvas, chance: random.Random) -> None:
    """A slip of paper on a table; its lines cannot be read."""
    canvas.table(chance.choice(TABLES), chance)
    x, y, lean = chance.randint(96, 128), 26, chance.randint(-16, 16)
    canvas.shape(
        [(x + 8, y + 10), (x + 158, y + 10), (x + 158 + lean, 230), (x + 8 + lean, 230)], (20, 16, 12), 1
    )
    canvas.shape([(x, y), (x + 150, y), (x + 150 + lean, 222), (x + lean, 222)], (248, 246, 240))
    for step in range(11):
        at, wide = y + 22 + 16 * step, chance.randint(40, 118) if step else 64
        left = x + 16 + lean * (at - y) / 196
        ink = (60, 64, 76) if step else (150, 66, 52)
        canvas.shape([(left, at), (left + wide, at), (left + wide, at + 5), (left, at + 5)], ink, 1.4)


THINGS: dict[str, Callable[[Canvas, random.Random], None]] = {
    "grinder": grinder,
    "burr": grinder,
    "handle": grinder,
    "tighe": grinder,
    "ketri": kettle,
    "kettle": kettle,
    "rakwa": kettle,
    "scale": scale,
    "bean": bag,
    "yataghan": bag,
    "display": machine,
    "puddle": machine,
    "wand": machine,
    "nashti": machine,
    "box": box,
    "pallet": box,
    "jabe": box,
    "ghalb": scale,
    "filter": dripper,
    "dripper": dripper,
    "slip": paper,
    "statement": paper,
    "card": paper,
    "cup": cup,
    "fenjan": cup,
    "olive": cup,
}


def _stand(canvas: Canvas, chance: random.Random, half: float) -> tuple[float, float]:
    """A room with something standing in it: where its middle is, and its foot."""
    canvas.room(chance.choice(WALLS), chance.choice(TABLES), chance)
    x, foot = chance.randint(150, 210), HEIGHT - chance.randint(26, 40)
    canvas.shadow(x, foot, half * 1.25)
    return x, foot


def _lit(colour: Colour, light: float) -> Colour:
    return tuple(min(255, part * light) for part in colour)
