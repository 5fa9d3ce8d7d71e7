"""How mail is fetched for a channel: what an administrator is asked, and what is wrong with it in plain words."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_inbox.adapters.email.accounts import Found, account_of, connection_by, look_into
from channels_inbox.adapters.email.imap import Account, Connection
from channels_inbox.adapters.email.providers import service_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Afterwards, Consent, Mailbox, SignIn

LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
FIELD_OF = {
    "host": "host", "forbidden": "host", "port": "port", "silent": "port", "not-imap": "port",
    "no-tls": "encryption", "no-starttls": "encryption", "certificate": "encryption", "needs-tls": "encryption",
    "password": "password", "key": "password", "folder": "folder",
}  # fmt: skip
WHERE = ("host", "port", "encryption", "user")


class FromWhen(TextChoices):
    NOW = "now", gettext_lazy("From now on")
    ARCHIVE = "archive", gettext_lazy("The last days too, as an archive")


class Fetching(forms.ModelForm):
    """Valid only when the mailbox could be signed in to; then `found` says what is there."""

    begin = forms.ChoiceField(
        label=gettext_lazy("Which mail"),
        choices=FromWhen,
        initial=FromWhen.NOW,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("An archive becomes closed tickets. Nobody is answered, asked or reminded."),
    )
    days = forms.IntegerField(label=gettext_lazy("Days to read"), min_value=1, max_value=3650, initial=30)

    class Meta:
        model = Mailbox
        fields = ["folder", "afterwards", "move_to"]
        labels = {
            "folder": gettext_lazy("Folder"),
            "afterwards": gettext_lazy("When a mail has become a ticket"),
            "move_to": gettext_lazy("Folder to move it to"),
        }
        help_texts = {
            "folder": gettext_lazy("“Test connection” offers those that there are."),
            "move_to": gettext_lazy("It is made if it is missing."),
        }
        widgets = {
            "folder": forms.TextInput(attrs={"dir": "auto", "list": "folders", "autocomplete": "off"}),
            "move_to": forms.TextInput(attrs={"dir": "auto", "list": "folders", "autocomplete": "off"}),
        }

    found: Found | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["begin"], self.fields["days"]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("afterwards") == Afterwards.MOVE and not facts.get("move_to"):
            self.add_error("move_to", _("Where should it be moved to?"))
        if facts.get("afterwards") == Afterwards.MOVE and facts.get("move_to") == facts.get("folder"):
            self.add_error("move_to", _("That is where it lies already."))
        if facts.get("begin") == FromWhen.NOW:
            self.errors.pop("days", None)
        if not self.errors:
            self._try_out(facts)
        return facts

    @property
    def archive_days(self) -> int:
        """How many days are wanted as an archive right away."""
        wanted = self.cleaned_data.get("begin") == FromWhen.ARCHIVE
        return self.cleaned_data["days"] if wanted else 0

    def facts(self) -> dict[str, Any]:
        """What `Mailbox.change` is told, the credentials among them where they are new."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _try_out(self, facts: dict[str, Any]) -> None:
        try:
            if connection := self._connect(facts):
                self.found = look_into(connection, facts["folder"])
        except Trouble as trouble:
            shown = trouble.detail and trouble.code in {"password", "account"}
            field = FIELD_OF.get(trouble.code)
            said = f"{trouble.words} ({trouble.detail})" if shown else str(trouble.words)
            self.add_error(field if field in self.fields else None, said)

    def _connect(self, facts: dict[str, Any]) -> Connection | None:
        """Signed in; None when an error was added instead. Raises Trouble."""
        raise NotImplementedError


class ByPassword(Fetching):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        # What was typed stays in the browser's own field while the form around it is brought anew: it is never sent back.
        widget=forms.PasswordInput(
            attrs={"dir": "ltr", "autocomplete": "new-password", "hx-preserve": "true"}
        ),
    )

    class Meta(Fetching.Meta):
        fields = [*WHERE, *Fetching.Meta.fields]
        labels = Fetching.Meta.labels | {
            "host": gettext_lazy("Server"),
            "port": gettext_lazy("Port"),
            "encryption": gettext_lazy("Encryption"),
            "user": gettext_lazy("User name"),
        }
        help_texts = Fetching.Meta.help_texts | {
            "host": gettext_lazy("Such as imap.example.com."),
            "user": gettext_lazy("Often the whole address."),
        }
        widgets = Fetching.Meta.widgets | {
            "host": forms.TextInput(attrs=LTR),
            "user": forms.TextInput(attrs=LTR),
        }

    field_order = [*WHERE, "password", "begin", "days", *Fetching.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_password = self.instance.sign_in == SignIn.PASSWORD and bool(self.instance.pk)
        self.fields["password"].required = not self.has_password
        if self.has_password:
            self.fields["password"].help_text = _("Empty: the one that is stored.")

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field == "password":
            self.fields["password"].widget.attrs.pop("hx-preserve", None)

    def clean_port(self) -> int:
        port = self.cleaned_data["port"]
        if not 0 < port < 65536:
            raise forms.ValidationError(_("A port is a number from 1 to 65535."))
        return port

    def facts(self) -> dict[str, Any]:
        password = self.cleaned_data["password"]
        facts = super().facts() | {"sign_in": SignIn.PASSWORD}
        return facts | ({"credentials": {"password": password}} if password else {})

    def _connect(self, facts: dict[str, Any]) -> Connection | None:
        password = facts["password"] or self._stored()
        account = {name: facts[name] for name in WHERE}
        return Connection(Account(**account, secret=password)) if password else None

    def _stored(self) -> str:
        """The stored password goes only where it was meant for: another server has to be told it anew."""
        if not self.has_password or set(WHERE) & set(self.changed_data):
            self.add_error("password", _("Please type the password for this server."))
            return ""
        return account_of(Mailbox.objects.get(pk=self.instance.pk)).secret


class ByConsent(Fetching):
    """Of a mailbox at a provider, whose servers are known."""

    field_order = ["begin", "days", *Fetching.Meta.fields]

    def __init__(self, *args: Any, consent: Consent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent = consent

    def facts(self) -> dict[str, Any]:
        at = service_of(self.consent.provider)
        where = {"host": at.imap_host, "port": at.imap_port, "encryption": at.imap_encryption}
        now = where | {"user": self.consent.user, "sign_in": self.consent.provider}
        old = Mailbox.objects.filter(pk=self.instance.pk, sign_in=SignIn.PASSWORD).exists()
        return super().facts() | now | ({"credentials": {}} if old else {})

    def _connect(self, facts: dict[str, Any]) -> Connection | None:
        return connection_by(self.consent)


class Beginning(forms.Form):
    """More of the archive, later."""

    days = forms.IntegerField(
        label=gettext_lazy("Days to read"),
        min_value=1,
        max_value=3650,
        initial=30,
        help_text=gettext_lazy("They become closed tickets. Nobody is answered, asked or reminded."),
    )
