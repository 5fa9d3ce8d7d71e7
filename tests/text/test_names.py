import pytest

from text.names import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Yara Aziz", "YA"),
        ("omar", "O"),
        ("Ana de la Cruz", "AD"),
        ("نورة حداد", "ن"),
        ("لیلا Karimi", "ل"),
        ("@sami_builds", "S"),
        ("“Dora” Miller", "M"),
        ("", "?"),
        ("— · —", "?"),
    ],
)
def test_one_or_two_letters_that_stand_apart(name, letters):
    assert initials(name) == letters
