"""Letters of one customer, sent to the desk as any mail program would."""

import smtplib

from tests.plugins.desk import Desk


def send(desk: Desk, *subjects: str) -> None:
    with smtplib.SMTP(*desk.smtp, timeout=10) as smtp:
        for subject in subjects:
            mail = f"From: Dora <dora@customer.example>\nTo: care@localhost\nSubject: {subject}\n\nPlease look.\n"
            smtp.sendmail("dora@customer.example", ["care@localhost"], mail.encode())
