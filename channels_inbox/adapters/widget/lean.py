"""Our own JavaScript without what only people read: comments on lines of their own, indentation, spaces.

It knows what our modules use and no more: strings in double quotes, templates that hold no other template, and regular
expressions that follow an opening bracket, a comma, a colon or an equals sign.
"""

import re

COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)$", re.MULTILINE | re.DOTALL)
WORDS = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=[(=,:\[]) ?/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)'
)
SPACES = re.compile(r" ?([{}()\[\],;:?=<>&|!*%]+) ?|(?<![+-]) ([+/-]) (?![+-])")
LINES = re.compile(r"(?<=[{(\[;,])\n\s*|\n\s*(?=\n)|\n\s+")
RULES = re.compile(r";? (?=})|(?<=[{;,}]) | (?=\{)|(?<=[a-z]:) (?![:.*\[])")


def lean(source: str) -> str:
    parts = WORDS.split(COMMENT.sub("", source))
    return (
        "".join(_words(part) if place % 2 else _code(part) for place, part in enumerate(parts)).strip() + "\n"
    )


def _words(words: str) -> str:
    """Strings stay as they are; a style sheet begins on a line of its own."""
    return f"`{RULES.sub('', ' '.join(words[1:-1].split()))}`" if words.startswith("`\n") else words.lstrip()


def _code(code: str) -> str:
    kept = LINES.sub(
        lambda found: (
            ""
            if found[0].strip("\n ") == "" and found.start() and code[found.start() - 1] in "{([;,"
            else "\n"
        ),
        code,
    )
    return SPACES.sub(lambda found: found[1] or found[2], kept).replace(";}", "}")
