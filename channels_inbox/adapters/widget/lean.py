"""Our own JavaScript without what only people read: comments, lines, spaces.

It knows what our modules use and no more: statements that end with a semicolon or a brace, strings in double quotes,
templates that hold no other template, regular expressions that follow an opening bracket, a comma, a colon or an equals
sign, and comments of two slashes on lines of their own.
"""

import re

COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)$", re.MULTILINE | re.DOTALL)
ASIDE = re.compile(r" ?/\*[^*]*\*/")
WORDS = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=[(=,:\[]) ?/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)'
)
SPACES = re.compile(r" ?([{}()\[\],;:?=<>&|!*%]+) ?|(?<![+-]) ([+/-]) (?![+-])")
LINES = re.compile(r"\s*\n\s*")
LAST = re.compile(r"[;,](?=[}\]])")
LONE = re.compile(r"(?<!\w)\((\w+)\)=>")
RULES = re.compile(r";? (?=})|(?<=[{;,}]) | (?=[{!])|(?<=[a-z]:) (?![:*\[])")


def lean(source: str) -> str:
    parts = WORDS.split(COMMENT.sub("", source))
    return (
        "".join(_words(part) if place % 2 else _code(part) for place, part in enumerate(parts)).strip() + "\n"
    )


def _words(words: str) -> str:
    """Strings stay as they are; a style sheet begins on a line of its own."""
    return f"`{RULES.sub('', ' '.join(words[1:-1].split()))}`" if words.startswith("`\n") else words.lstrip()


def _code(code: str) -> str:
    """A line may end between two words, of which one is a keyword."""
    kept = LINES.sub(" ", ASIDE.sub("", code))
    return LONE.sub(r"\1=>", LAST.sub("", SPACES.sub(lambda found: found[1] or found[2], kept)))
