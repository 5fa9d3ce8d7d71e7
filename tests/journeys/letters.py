"""Letters, sent to the desk as any mail program would."""

import smtplib
from email.message import EmailMessage

from tests.plugins.desk import Desk

DORA = "Dora <dora@customer.example>"


def letter(subject: str, text: str = "Please look.", sender: str = DORA) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "care@localhost", subject
    mail.set_content(text)
    return mail


def post(desk: Desk, *mails: EmailMessage) -> None:
    with smtplib.SMTP(*desk.smtp, timeout=10) as smtp:
        for mail in mails:
            smtp.send_message(mail)
