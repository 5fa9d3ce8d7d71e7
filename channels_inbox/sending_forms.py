"""What an administrator says about how a mailbox's mail leaves: one form for every way, one more for the chosen one."""

import re
from typing import Any, ClassVar

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_inbox.adapters.email.apis import TOPIC
from channels_inbox.models import Consent, Outlet, Provider, Security, Way

LTR = {"dir": "ltr", "autocomplete": "off"}
KEPT = gettext_lazy("Kept encrypted and never shown. Empty: as it was.")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
SHORTEST_PASSWORD = 12


def hidden(label: Any, help_text: Any = KEPT, *, strip: bool = True) -> forms.CharField:
    """For what is never shown again."""
    widget = forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"})
    facts = {"label": label, "help_text": help_text, "strip": strip, "widget": widget}
    return forms.CharField(required=False, max_length=4000, **facts)


def line(label: Any, longest: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, help_text=help_text, widget=forms.TextInput(attrs=LTR)
    )


class Sending(forms.ModelForm):
    way = forms.ChoiceField(label=gettext_lazy("Sent by"), choices=Way.choices, widget=forms.RadioSelect)

    field_order = ["way", "per_minute", "quotes", "acknowledges", "marks_subjects", "trusts_subjects"]

    class Meta:
        model = Outlet
        fields = ["way", "per_minute", "quotes", "acknowledges", "marks_subjects", "trusts_subjects"]
        labels = {
            "per_minute": gettext_lazy("Mails a minute at most"),
            "quotes": gettext_lazy("Quote what the customer wrote below each answer"),
            "acknowledges": gettext_lazy("Confirm new requests by mail"),
            "marks_subjects": gettext_lazy("Put the ticket's signed number into subjects"),
            "trusts_subjects": gettext_lazy("Let that number in a subject lead to its ticket"),
        }
        help_texts = {
            "per_minute": gettext_lazy("Empty: as fast as it goes."),
            "acknowledges": gettext_lazy("Machines get none, and nobody more than three an hour."),
            "marks_subjects": gettext_lazy("For customers whose mail programs drop everything else."),
            "trusts_subjects": gettext_lazy("Only for those who take part in it already."),
        }
        widgets = {"per_minute": forms.NumberInput(attrs={"min": 1, "dir": "ltr"})}

    def clean_per_minute(self) -> int | None:
        return self.cleaned_data["per_minute"] or None

    def clean_way(self) -> str:
        way = self.cleaned_data["way"]
        given = Consent.objects.filter(channel=self.instance.channel_id, provider=way, ended_at=None)
        if way in Provider and not given.exists():
            raise forms.ValidationError(_("Connect the mailbox there first."))
        return way


class Keys(forms.Form):
    """What one way needs, by the names of Outlet's columns. A secret that stays empty is as it was, if there was one
    for this way."""

    way: ClassVar[Way]
    needed: ClassVar[tuple[str, ...]] = ("secret",)
    """Secrets without which nothing leaves."""

    def __init__(self, data: Any, outlet: Outlet) -> None:
        self.outlet, self.is_same = outlet, outlet.way == self.way
        plain = [name for name in self.base_fields if name not in ("secret", "hook_secret")]
        known = {name: getattr(outlet, name) for name in plain if self.is_same and getattr(outlet, name)}
        super().__init__(data, prefix=self.way, initial=known)
        for name in self.needed:
            self.fields[name].required = not (self.is_same and getattr(outlet, name))

    def facts(self) -> dict[str, Any]:
        """The columns to set: those of other ways are emptied, a secret is set anew only when it was typed."""
        blank = {
            "host": "",
            "port": None,
            "security": Security.STARTTLS,
            "user": "",
            "region": "",
            "domain": "",
        }
        typed = {name: value for name, value in self.cleaned_data.items() if value or "secret" not in name}
        return blank | ({} if self.is_same else {"secret": "", "hook_secret": ""}) | typed


class Desk(Keys):
    way = Way.DESK
    needed = ()


class Google(Keys):
    way = Way.GOOGLE
    needed = ()


class Microsoft(Keys):
    way = Way.MICROSOFT
    needed = ()


class Smtp(Keys):
    way = Way.SMTP
    needed = ()

    host = line(gettext_lazy("Server"), 253, gettext_lazy("Such as smtp.example.com."))
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        min_value=1,
        max_value=65535,
        widget=forms.NumberInput(attrs={"min": 1, "max": 65535, "dir": "ltr"}),
        error_messages={"max_value": gettext_lazy("Ports go up to 65535.")},
    )
    security = forms.ChoiceField(
        label=gettext_lazy("Encryption"), choices=Security.choices, initial=Security.STARTTLS
    )
    user = line(gettext_lazy("User name"), 320)
    secret = hidden(gettext_lazy("Password"), strip=False)

    def __init__(self, data: Any, outlet: Outlet) -> None:
        super().__init__(data, outlet)
        self.fields["user"].required = False


class Ses(Keys):
    way = Way.SES

    user = line(gettext_lazy("Access key ID"), 128)
    secret = hidden(gettext_lazy("Secret access key"))
    region = line(gettext_lazy("Region"), 32, gettext_lazy("Such as eu-central-1."))
    hook_secret = hidden(
        gettext_lazy("ARN of the SNS topic"),
        gettext_lazy("Reports are heard from this topic only. Empty: as it was."),
    )

    def clean_region(self) -> str:
        if not REGION.fullmatch(self.cleaned_data["region"]):
            raise forms.ValidationError(_("That is no region of Amazon's."))
        return self.cleaned_data["region"]

    def clean_hook_secret(self) -> str:
        typed = self.cleaned_data["hook_secret"]
        if typed and not TOPIC.fullmatch(typed):
            raise forms.ValidationError(_("That is not the ARN of an SNS topic."))
        return typed


class Mailgun(Keys):
    way = Way.MAILGUN

    domain = line(gettext_lazy("Sending domain"), 253, gettext_lazy("As it is named at Mailgun."))
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        choices=[("us", gettext_lazy("United States")), ("eu", gettext_lazy("European Union"))],
    )
    secret = hidden(gettext_lazy("API key"))
    hook_secret = hidden(gettext_lazy("HTTP webhook signing key"))

    def clean_domain(self) -> str:
        domain = self.cleaned_data["domain"].strip().lower()
        if not DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("That is not a domain."))
        return domain


class Postmark(Keys):
    way = Way.POSTMARK

    secret = hidden(gettext_lazy("Server API token"))
    hook_secret = hidden(
        gettext_lazy("Password of the webhook"),
        gettext_lazy("Of your own choice. At Postmark it belongs to the user name fanoos. Empty: as it was."),
    )

    def clean_hook_secret(self) -> str:
        typed = self.cleaned_data["hook_secret"]
        if typed and len(typed) < SHORTEST_PASSWORD:
            raise forms.ValidationError(
                _("At least %(count)s characters, please.") % {"count": SHORTEST_PASSWORD}
            )
        return typed


class SendGrid(Keys):
    way = Way.SENDGRID

    secret = hidden(gettext_lazy("API key"))
    hook_secret = hidden(
        gettext_lazy("Verification key"),
        gettext_lazy("SendGrid shows it where signed event webhooks are switched on. Empty: as it was."),
    )

    def clean_hook_secret(self) -> str:
        typed = "".join(self.cleaned_data["hook_secret"].split())
        try:
            if typed:
                load_pem_public_key(f"-----BEGIN PUBLIC KEY-----\n{typed}\n-----END PUBLIC KEY-----".encode())
        except ValueError:
            raise forms.ValidationError(_("That is no verification key.")) from None
        return typed


WAYS: dict[str, type[Keys]] = {
    one.way: one for one in (Desk, Smtp, Google, Microsoft, Ses, Mailgun, Postmark, SendGrid)
}
