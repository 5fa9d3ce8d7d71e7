"""Signing in: allauth's views, on an empty desk preceded by making its first administrator."""

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agents.views.welcome import is_unclaimed


class SignIn(LoginView):
    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if is_unclaimed():
            return redirect("welcome")
        return super().get(request, *args, **kwargs)
