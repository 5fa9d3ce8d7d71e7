"""Views that are loaded when one of them is first asked for: few people open them, and every start of the pages
would wait for them."""

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from agents.access import View


class Seldom:
    """The functions of a module, by their names. What Django has to know of a view before it runs is not known of
    these: no `csrf_exempt`, nothing asynchronous."""

    def __init__(self, module: str) -> None:
        self.module = module

    def __getattr__(self, name: str) -> View:
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return getattr(import_module(self.module), name)(request, *args, **kwargs)

        view.__module__, view.__name__, view.__qualname__ = self.module, name, name
        return view
