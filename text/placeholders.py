"""Words with blanks such as {agent.name}, filled from a list of plain words.

Nothing is looked up, called or computed: what is not on the list, whatever it looks like, stays as it was written.
What is filled in is not read again.
"""

import re
from collections.abc import Mapping

_BLANK = re.compile(r"\{([a-z]+\.[a-z]+)\}")


def fill(words: str, facts: Mapping[str, str]) -> str:
    """`words` with each {name} of `facts` replaced by its plain text."""
    return _BLANK.sub(lambda blank: facts.get(blank[1], blank[0]), words)


def unknown(words: str, names: set[str] | frozenset[str]) -> list[str]:
    """The blanks in `words` that are none of `names`, as they were written."""
    return [f"{{{name}}}" for name in dict.fromkeys(_BLANK.findall(words)) if name not in names]
