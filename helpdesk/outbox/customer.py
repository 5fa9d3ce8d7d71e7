"""Writing as a customer would: a real mail, by SMTP, to the gateway."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from channels_inbox.adapters.email.parse import Mail
from channels_inbox.models import Channel


class Letter(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    sender = forms.EmailField(label=_("From"))
    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        mailboxes = Channel.objects.active().filter(kind="email").order_by("pk")
        cast(forms.ChoiceField, self.fields["to"]).choices = [
            (one.address, f"{one.name} <{one.address}>") for one in mailboxes
        ]

    def compose(self) -> EmailMessage:
        said = self.cleaned_data
        return _mail(
            Address(said["name"], addr_spec=said["sender"]), said["to"], said["subject"], said["text"]
        )


class Answer(forms.Form):
    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}))

    def compose(self, answered: Mail) -> EmailMessage:
        """A reply to one of our mails, as mail programs write it: with its ids and its words below."""
        customer, ours = answered.to[0], (answered.reply_to or [answered.sender])[0]
        subject = (
            answered.subject if answered.subject.lower().startswith("re:") else f"Re: {answered.subject}"
        )
        quoted = "\n".join(f"> {line}" for line in answered.text.splitlines())
        words = f"{self.cleaned_data['text']}\n\n{answered.sender.name} <{answered.sender.address}> wrote:\n{quoted}\n"
        mail = _mail(Address(customer.name, addr_spec=customer.address), ours.address, subject, words)
        mail["In-Reply-To"] = f"<{answered.message_id}>"
        mail["References"] = " ".join(f"<{id}>" for id in [*answered.references, answered.message_id])
        return mail


def send(mail: EmailMessage) -> None:
    """Raises OSError when the gateway does not take it."""
    address = settings.SMTP_GATEWAY_HOST, settings.SMTP_GATEWAY_PORT
    # Its own name would be asked of a DNS that may not be there.
    with smtplib.SMTP(*address, local_hostname="localhost", timeout=10) as gateway:
        gateway.send_message(mail)


def _mail(sender: Address, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain=sender.domain)
    mail.set_content(text)
    return mail
