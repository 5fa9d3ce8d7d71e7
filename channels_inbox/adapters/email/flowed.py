"""Format=flowed text (RFC 3676) put back into the paragraphs it was written in."""

LONGEST = 1_000_000
"""Characters: longer texts stay as they are."""


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """`text` with soft line breaks joined, in quotes too, depth by depth. `delete_space` is the DelSp parameter."""
    if len(text) > LONGEST:
        return text
    made: list[str] = []
    paragraph: list[str] = []
    depth_before = 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        signature = bare == "-- "
        if paragraph and (depth != depth_before or signature):
            made.append(_quoted(paragraph, depth_before))
            paragraph = []
        depth_before = depth
        if bare.endswith(" ") and not signature:
            paragraph.append(bare[:-1] if delete_space else bare)
        else:
            paragraph.append(bare)
            made.append(_quoted(paragraph, depth))
            paragraph = []
    if paragraph:
        made.append(_quoted(paragraph, depth_before))
    return "\n".join(made)


def _quoted(pieces: list[str], depth: int) -> str:
    words = "".join(pieces)
    return f"{'>' * depth} {words}" if depth else words
