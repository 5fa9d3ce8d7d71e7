"""The channels that there are: a folder here for each, and its name in `KINDS`.

`channels_inbox.adapters.<kind>.adapter.adapter` is what the border talks to; `contract.py` says what it has. The folder
is a Django app, so models, migrations, templates, tasks and commands of the channel are found as any app's. What else
it may have is found by name, see `parts`: `urls`, `sockets`, `beat`, `keeping`.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels_inbox.adapters.contract import Adapter

KINDS = ("email", "widget", "telegram")


@cache
def adapter_of(kind: str) -> "Adapter":
    """The adapter of a channel's kind; LookupError when there is none (any more)."""
    if kind not in KINDS:
        raise LookupError(f"no adapter for {kind!r}")
    return import_module(f"{__name__}.{kind}.adapter").adapter


def adapters() -> list["Adapter"]:
    """All of them, in the order in which they are offered."""
    return [adapter_of(kind) for kind in KINDS]


def parts(name: str) -> list[ModuleType]:
    """The modules of that name of all channels that have one: `urls` with its `urlpatterns`; `sockets` with
    its `websocket_urlpatterns`; `beat` with `BEAT`, a list
    of (name, task, seconds); `keeping`, see `channels_inbox.keepers`."""
    names = [f"{__name__}.{kind}.{name}" for kind in KINDS]
    return [import_module(one) for one in names if find_spec(one)]
