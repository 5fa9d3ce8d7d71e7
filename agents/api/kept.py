"""Serializers that serve many requests: the fields of each one that is made are put together anew, which takes long."""

import threading
from typing import Any, TypeVar

from rest_framework.serializers import BaseSerializer

Shape = TypeVar("Shape", bound=BaseSerializer)


class _Kept(threading.local):
    def __init__(self) -> None:
        self.of: dict[type[BaseSerializer], Any] = {}


_kept = _Kept()


def kept(shape: type[Shape]) -> Shape:
    """This thread's one of that shape. Whoever gives it a context takes that away again."""
    if shape not in _kept.of:
        _kept.of[shape] = shape()
    return _kept.of[shape]
