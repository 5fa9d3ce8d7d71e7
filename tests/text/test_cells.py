"""Tables that are sent while they are written."""

from datetime import UTC

from text import cells


def test_many_lines_leave_in_few_pieces_and_none_is_lost():
    rows = [(number, "a lid") for number in range(1000)]
    lines = list(cells.lines(["Number", "What"], rows, UTC))
    pieces = list(cells.pieces(iter(lines)))
    assert len(pieces) == 6
    assert "".join(pieces) == "".join(lines)
    assert list(cells.pieces([])) == []
