"""allauth's forms with our words, and one field for a new password: it can be shown while it is typed."""

from typing import Any

from allauth.account import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.tasks import mail_password_link
from events.queue import enqueue

ADVICE = _("At least 10 characters. Three or four words are good.")


class SignIn(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, login=_("Email"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class PasswordChange(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, oldpassword=_("Current password"), password1=_("New password"))


class PasswordChoice(forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, password1=_("New password"))


class PasswordReset(forms.ResetPasswordForm):
    """Whether there is such an agent shows neither in the answer nor in the time it takes: a task looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, email=_("Email"))

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        enqueue(mail_password_link, self.cleaned_data["email"])
        return self.cleaned_data["email"]


def _tidy(form: Any, **labels: Any) -> None:
    for name in set(form.fields) - set(labels):
        del form.fields[name]
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ADVICE if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["dir"] = "ltr"
