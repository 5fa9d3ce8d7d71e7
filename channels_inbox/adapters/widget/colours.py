"""The chat's colours, made from the one that was chosen, so that every word on or in it can be read."""

READABLE = 4.5
"""The least contrast of words: WCAG 2.2, 1.4.3."""

LIGHT, DARK = "#ffffff", "#191b21"
INK = "#000000"


def palette(accent: str) -> dict[str, str]:
    """`accent` is #rrggbb. `on_accent` is for words on it; `link` and `link_dark` are for words in its colour on the
    chat's light and dark paper."""
    return {
        "accent": accent,
        "on_accent": max((LIGHT, INK), key=lambda ink: contrast(ink, accent)),
        "link": _readable(accent, LIGHT, 0),
        "link_dark": _readable(accent, DARK, 255),
    }


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _readable(colour: str, paper: str, end: int) -> str:
    while contrast(colour, paper) < READABLE:
        colour = "#" + "".join(
            f"{round(part + (end - part) / 10 or (end > part) - (end < part)):02x}" for part in _parts(colour)
        )
    return colour


def _luminance(colour: str) -> float:
    linear = (part / 255 for part in _parts(colour))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in linear
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
