"""What an administrator is asked to connect a mailbox at a provider."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_inbox.models import Provider, Registration

LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
_PLAIN = re.compile(r"[!-~]+")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


class Registering(forms.ModelForm):
    """The company's app at the provider. An empty secret leaves the stored one, of the same app only."""

    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )

    class Meta:
        model = Registration
        fields = ["client_id", "tenant"]
        labels = {"client_id": gettext_lazy("Client ID"), "tenant": gettext_lazy("Directory (tenant) ID")}
        help_texts = {"tenant": gettext_lazy("Empty: for accounts of any organisation.")}
        widgets = {"client_id": forms.TextInput(attrs=LTR), "tenant": forms.TextInput(attrs=LTR)}

    field_order = ["client_id", "secret", "tenant"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.provider != Provider.MICROSOFT:
            del self.fields["tenant"]
        if self.instance.pk:
            self.fields["secret"].help_text = _("Kept encrypted and never shown. Empty: as it was.")
        else:
            self.fields["secret"].required = True
            self.fields["secret"].help_text = _("Kept encrypted and never shown.")

    def clean_client_id(self) -> str:
        return self._plain("client_id", _PLAIN)

    def clean_tenant(self) -> str:
        return self._plain("tenant", _TENANT) if self.cleaned_data["tenant"] else ""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if self.instance.pk and "client_id" in self.changed_data and not facts.get("secret"):
            self.add_error("secret", _("Please enter the secret of this client ID."))
        return facts

    def _plain(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.cleaned_data[name].strip()
        if not pattern.fullmatch(value):
            raise forms.ValidationError(_("That is not one: it has letters, digits and marks only."))
        return value


class Asking(forms.Form):
    user = forms.EmailField(
        label=gettext_lazy("Address of the mailbox"),
        max_length=320,
        widget=forms.EmailInput(attrs=LTR),
        help_text=gettext_lazy("On the next page, sign in with the account that owns it or may open it."),
    )

    def clean_user(self) -> str:
        user = self.cleaned_data["user"]
        if not user.isascii():
            raise forms.ValidationError(_("That is not an address."))
        return user
