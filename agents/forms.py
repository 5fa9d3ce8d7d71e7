"""What is asked of agents and administrators. Forms check; the verbs of the models change."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agents.holidays import names_of_countries
from agents.models import Agent, Mails, Role, Scope, Team, Theme, Token, Workspace
from agents.pictures import MOST_BYTES, NotAPicture, drawn_anew

LTR = {"dir": "ltr"}


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where it is only shown."""
    return request.POST if request.method == "POST" else None


class PictureForm(forms.Form):
    """`picture` comes out as what is kept: drawn anew."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_(
            "JPEG, PNG, WebP or GIF, up to 8 MB. Its middle is shown; what it says of place and time is left out."
        ),
    )

    def clean_picture(self) -> bytes:
        file = self.cleaned_data["picture"]
        try:
            return drawn_anew(file.read(MOST_BYTES + 1))
        except NotAPicture:
            raise forms.ValidationError(
                _("This is not a picture that can be shown. Try another one.")
            ) from None


class Profile(forms.ModelForm):
    theme = forms.ChoiceField(
        label=_("Theme"), choices=Theme, widget=forms.RadioSelect(attrs={"data-theme-choice": True})
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    mails = forms.ChoiceField(
        label=_("Mail me when something of mine comes in"),
        choices=Mails,
        widget=forms.RadioSelect,
        help_text=_(
            "When a customer writes on a ticket that is yours or that you follow, or a ticket becomes yours. "
            "You can answer by replying to the mail."
        ),
    )

    class Meta:
        model = Agent
        fields = ["name", "language", "time_zone", "theme", "signature", "shortcuts", "sound", "mails"]
        labels = {
            "name": _("Name"),
            "language": _("Language"),
            "signature": _("Signature"),
            "shortcuts": _("Keyboard shortcuts"),
            "sound": _("Sound"),
        }
        help_texts = {
            "name": _("Customers see it under your replies."),
            "signature": _(
                "Stands below each reply. Empty: the team's signature. Filled in: {agent.name}, {team.name}, {company.name}."
            ),
            "shortcuts": _("j and k to move, r to reply, ? shows all of them."),
            "sound": _("When something of mine comes in."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
            "signature": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        field = cast(forms.ChoiceField, self.fields["time_zone"])
        field.choices = [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]


class _People(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class Invitation(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={**LTR, "autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.AGENT)
    teams = _People(label=_("Teams"), queryset=Team.objects.all(), required=False)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Agent.objects.of_address(email).exists():
            raise forms.ValidationError(_("There is an agent with this address already."))
        return email


class Rights(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    teams = _People(label=_("Teams"), queryset=Team.objects.all(), required=False)


class TeamFacts(forms.ModelForm):
    members = _People(label=_("Members"), queryset=Agent.objects.filter(is_active=True), required=False)

    class Meta:
        model = Team
        fields = ["name", "signature", "members"]
        labels = {"name": _("Name"), "signature": _("Signature")}
        help_texts = {
            "signature": _(
                "For members who have none of their own. Filled in: {agent.name}, {team.name}, {company.name}."
            )
        }
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "signature": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }


class NewToken(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Allowed to"), choices=Scope, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )

    class Meta:
        model = Token
        fields = ["name", "scopes"]
        labels = {"name": _("What is it for?")}
        widgets = {"name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})}


def country_choices() -> list[tuple[str, str]]:
    """Countries whose holidays are known, by their names in the language of the moment."""
    return [("", "–"), *names_of_countries(get_language() or "en").items()]


class Company(forms.ModelForm):
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        required=False,
        help_text=_("Its weekend and public holidays are the company’s, until you set other hours."),
    )

    class Meta:
        model = Workspace
        fields = ["name", "sender", "country"]
        labels = {"name": _("Company"), "sender": _("Sender's name")}
        help_texts = {"sender": _("Who mail comes from where a mailbox names nobody, such as “Acme Care”.")}
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization"}),
            "sender": forms.TextInput(attrs={"dir": "auto"}),
        }


class FirstAdministrator(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={**LTR, "autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters. Three or four words are good."),
        widget=forms.PasswordInput(attrs={**LTR, "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if password := found.get("password"):
            person = Agent(name=found.get("name", ""), email=found.get("email", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found
