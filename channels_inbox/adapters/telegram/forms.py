"""What an administrator is asked of a bot, and whether it works, in plain words."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Team
from channels_inbox.adapters.telegram.api import OFFICIAL, Api
from channels_inbox.adapters.telegram.models import Bot, Receives
from channels_inbox.adapters.telegram.troubles import Trouble

TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/-]*)?")
_AT_URL = frozenset({"host", "forbidden", "certificate", "silent", "strange"})


class BotSettings(forms.Form):
    """Valid only when Telegram knows the bot; then `found` is what it says of it (getMe)."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("For colleagues, such as “Orders”."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        empty_label=gettext_lazy("Choose a team"),
        help_text=gettext_lazy("Whose tickets its messages become."),
    )
    token = forms.CharField(
        label=gettext_lazy("Bot token"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "@BotFather gives it to you in Telegram, with /newbot. Whoever has it can read and write as the bot."
        ),
        # What was typed stays in the browser's own field while the form around it is brought anew: it is never sent back.
        widget=forms.PasswordInput(
            attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "hx-preserve": "true"}
        ),
    )
    greeting = forms.CharField(
        label=gettext_lazy("Greeting"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("What the bot says to whoever presses “Start”. Empty: nothing."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    receives = forms.ChoiceField(
        label=gettext_lazy("New messages"),
        choices=Receives,
        initial=Receives.POLLING,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Fetching works everywhere. A webhook needs this desk to be reachable by HTTPS."
        ),
    )
    api_url = forms.CharField(
        label=gettext_lazy("Server of the Bot API"),
        max_length=300,
        initial=OFFICIAL,
        help_text=gettext_lazy("Telegram’s own, unless you run one yourself."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)

    found: dict[str, Any] | None = None

    def __init__(self, data: Any = None, *, bot: Bot | None = None) -> None:
        self.bot = bot
        known = {}
        if bot is not None:
            channel = bot.channel
            known = {"name": channel.name, "team": channel.team_id, "is_active": channel.is_active}
            known |= {name: getattr(bot, name) for name in ("greeting", "receives", "api_url")}
        super().__init__(data, initial=known)
        if bot is not None:
            self.fields["token"].help_text = _("Empty: the one that is stored.")
        self.fields["token"].required = bot is None

    def clean_token(self) -> str:
        token = self.cleaned_data["token"].strip()
        if token and not TOKEN.fullmatch(token):
            raise forms.ValidationError(_("That is not a bot token. It looks like 123456789:AAE…."))
        return token

    def clean_api_url(self) -> str:
        url = self.cleaned_data["api_url"].strip().rstrip("/")
        if not _URL.fullmatch(url) or (settings.HOSTED and not url.startswith("https://")):
            raise forms.ValidationError(_("That is not the address of a server."))
        return url

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("receives") == Receives.WEBHOOK and not settings.PUBLIC_URL.startswith("https://"):
            self.add_error(
                "receives", _("Telegram brings messages only to addresses that begin with https://.")
            )
        if not self.errors:
            self._try_out(facts)
        return facts

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field == "token":
            self.fields["token"].widget.attrs.pop("hx-preserve", None)

    @property
    def facts(self) -> dict[str, Any]:
        """What the channel is set to."""
        said = self.cleaned_data
        username = str((self.found or {}).get("username") or "")
        return {name: said[name] for name in ("name", "team", "is_active")} | {
            "address": f"@{username}"[:320]
        }

    @property
    def bot_facts(self) -> dict[str, Any]:
        """What the bot is set to."""
        said = self.cleaned_data
        return {name: said[name] for name in ("token", "greeting", "receives", "api_url")} | {
            "remote_id": (self.found or {})["id"]
        }

    def _try_out(self, facts: dict[str, Any]) -> None:
        try:
            api = self._api(facts)
            found = api.call("getMe") if api else None
            if api is None:
                return
            if not isinstance(found, dict) or not isinstance(found.get("id"), int):
                raise Trouble("strange")
        except Trouble as trouble:
            field = "api_url" if trouble.code in _AT_URL and facts["api_url"] != OFFICIAL else None
            self.add_error("token" if trouble.code in {"token", "key"} else field, str(trouble.words))
            return
        others = Bot.objects.filter(remote_id=found["id"]).exclude(pk=self.bot.pk if self.bot else 0)
        if others.exists():
            self.add_error("token", _("This bot is connected already."))
        self.found = found

    def _api(self, facts: dict[str, Any]) -> Api | None:
        """The stored token goes only where it was meant for: another server has to be told it anew."""
        if facts["token"]:
            return Api(facts["api_url"], facts["token"])
        assert self.bot is not None
        if facts["api_url"] != self.bot.api_url:
            self.add_error("token", _("Please type the token for this server."))
            return None
        return self.bot.api
