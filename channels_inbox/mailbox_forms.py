"""How mail is fetched for a channel: what an administrator is asked, and what is wrong with it in plain words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_inbox.adapters.email.accounts import Account, Found, account_of, try_out
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Afterwards, Mailbox

LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
FIELD_OF = {
    "host": "host", "forbidden": "host", "port": "port", "silent": "port", "not-imap": "port",
    "no-tls": "encryption", "no-starttls": "encryption", "certificate": "encryption", "needs-tls": "encryption",
    "password": "password", "key": "password", "folder": "folder",
}  # fmt: skip
WHERE = ("host", "port", "encryption", "user")


class Fetching(forms.ModelForm):
    """Valid only when the server could be reached and signed in to; then `found` says what is there."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )

    class Meta:
        model = Mailbox
        fields = ["host", "port", "encryption", "user", "folder", "afterwards", "move_to"]
        labels = {
            "host": gettext_lazy("Server"),
            "port": gettext_lazy("Port"),
            "encryption": gettext_lazy("Encryption"),
            "user": gettext_lazy("User name"),
            "folder": gettext_lazy("Folder"),
            "afterwards": gettext_lazy("When a mail has become a ticket"),
            "move_to": gettext_lazy("Folder to move it to"),
        }
        help_texts = {
            "host": gettext_lazy("Such as imap.example.com."),
            "user": gettext_lazy("Often the whole address."),
            "folder": gettext_lazy("“Test connection” offers those that there are."),
            "move_to": gettext_lazy("It is made if it is missing."),
        }
        widgets = {
            "host": forms.TextInput(attrs=LTR),
            "user": forms.TextInput(attrs=LTR),
            "folder": forms.TextInput(attrs={"dir": "auto", "list": "folders", "autocomplete": "off"}),
            "move_to": forms.TextInput(attrs={"dir": "auto", "list": "folders", "autocomplete": "off"}),
        }

    field_order = ["host", "port", "encryption", "user", "password", "folder", "afterwards", "move_to"]
    found: Found | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = not self.instance.pk
        if self.instance.pk:
            self.fields["password"].help_text = _("Empty: the one that is stored.")

    def clean_port(self) -> int:
        port = self.cleaned_data["port"]
        if not 0 < port < 65536:
            raise forms.ValidationError(_("A port is a number from 1 to 65535."))
        return port

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("afterwards") == Afterwards.MOVE and not facts.get("move_to"):
            self.add_error("move_to", _("Where should it be moved to?"))
        if facts.get("afterwards") == Afterwards.MOVE and facts.get("move_to") == facts.get("folder"):
            self.add_error("move_to", _("That is where it lies already."))
        if not self.errors:
            self._try_out(facts)
        return facts

    def _try_out(self, facts: dict[str, Any]) -> None:
        try:
            password = facts["password"] or self._stored()
            if password:
                account = Account(**{name: facts[name] for name in WHERE}, secret=password)
                self.found = try_out(account, facts["folder"])
        except Trouble as trouble:
            said = f" ({trouble.detail})" if trouble.detail and trouble.code == "password" else ""
            self.add_error(FIELD_OF.get(trouble.code), f"{trouble.words}{said}")

    def _stored(self) -> str:
        """The stored password goes only where it was meant for: another server has to be told it anew."""
        if not self.instance.pk or set(WHERE) & set(self.changed_data):
            self.add_error("password", _("Please type the password for this server."))
            return ""
        return account_of(Mailbox.objects.get(pk=self.instance.pk)).secret


class Beginning(forms.Form):
    """From when on, asked once: when a mailbox is connected, or later for more."""

    days = forms.IntegerField(
        label=gettext_lazy("Days to read"),
        min_value=1,
        max_value=3650,
        initial=30,
        help_text=gettext_lazy("They become closed tickets. Nobody is answered, asked or reminded."),
    )
