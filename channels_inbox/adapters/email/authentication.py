"""Whether a mail came from whom it names, as our own receiving servers found: Authentication-Results (RFC 8601).

Anyone can write such a field. Believed are those whose server, the word they begin with, is one of
`TRUSTED_MAIL_SERVERS`; that server takes out the forged ones that bear its name (RFC 8601, 5).
"""

import re
from collections.abc import Collection

_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*(?:/\s*1\s*)?=\s*([a-z]+)", re.IGNORECASE)
_FAILED = {"fail", "hardfail"}
MOST_RESULTS = 50


def results(fields: str, trusted: Collection[str]) -> dict[str, str]:
    """What trusted servers found, by method ("spf", "dkim", "dmarc"), in lower case. `fields` are the values of the
    Authentication-Results fields, one a line, as `Mail.headers` has them. Of several signatures a good one counts."""
    found: dict[str, str] = {}
    for line in fields.splitlines():
        server, *rest = _COMMENT.sub(" ", line[:10_000]).split(";")[:MOST_RESULTS]
        if not _is_one_of(server, trusted):
            continue
        for piece in rest:
            if result := _RESULT.match(piece):
                method, verdict = result[1].lower(), result[2].lower()
                if found.get(method) != "pass":
                    found[method] = verdict
    return found


def is_suspect(found: dict[str, str]) -> bool:
    """DMARC decides where it was looked at; else both SPF and DKIM have to have failed, or one and the other
    found nothing: forwarded mail fails one of them every day."""
    if dmarc := found.get("dmarc"):
        if dmarc in _FAILED:
            return True
        if dmarc == "pass":
            return False
    good = "pass" in (found.get("spf"), found.get("dkim"))
    return not good and any(found.get(method) in _FAILED for method in ("spf", "dkim"))


def _is_one_of(server: str, trusted: Collection[str]) -> bool:
    """The server's name may be followed by a version."""
    words = server.split()
    return bool(words) and words[0].strip('"').lower() in {name.lower() for name in trusted}
