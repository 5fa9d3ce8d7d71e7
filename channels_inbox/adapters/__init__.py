"""The channels that there are: a folder here for each, and its name in `KINDS`.

`channels_inbox.adapters.<kind>.adapter.adapter` is what the border talks to; `contract.py` says what it has.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels_inbox.adapters.contract import Adapter

KINDS = ("email",)


@cache
def adapter_of(kind: str) -> "Adapter":
    """The adapter of a channel's kind; LookupError when there is none (any more)."""
    if kind not in KINDS:
        raise LookupError(f"no adapter for {kind!r}")
    return import_module(f"channels_inbox.adapters.{kind}.adapter").adapter


def adapters() -> list["Adapter"]:
    """All of them, in the order in which they are offered."""
    return [adapter_of(kind) for kind in KINDS]
