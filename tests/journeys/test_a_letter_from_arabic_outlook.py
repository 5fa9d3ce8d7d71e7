"""A mail as Arabic Outlook sends it: HTML, a quote below, a signature, and the file hidden in winmail.dat. It reads
right, is answered from right to left, and what the customer says to that joins."""

from email.message import EmailMessage
from email.utils import make_msgid

from playwright.sync_api import expect

from tests.channels_inbox.email.letters import FILE_IN_WINMAIL, winmail
from tests.journeys.inbox import row_of
from tests.journeys.letters import post

NEW = "مرحبًا، وصلت المطحنة ولا تعمل. الفاتورة مرفقة."
SIGNATURE = "مع التحية،<br>سلمى العتيبي<br>مقهى الركن"
QUOTED = "شكرًا لطلبكم، تصل المطحنة يوم الأحد."
PLAIN = f"""{NEW}

مع التحية،
سلمى العتيبي
مقهى الركن

من: المتجر <care@localhost>
تاريخ الإرسال: الخميس، 19 نوفمبر 2026 10:02 ص
إلى: سلمى العتيبي <salma@customer.example>
الموضوع: طلبكم

{QUOTED}
"""
HTML = f"""<html dir="rtl" xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style>p.MsoNormal {{margin:0; font-family:"Calibri",sans-serif}}</style></head>
<body lang="AR-SA"><div class="WordSection1" dir="RTL">
<p class="MsoNormal" dir="RTL">{NEW}<o:p></o:p></p><p class="MsoNormal" dir="RTL"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal" dir="RTL">{SIGNATURE}<o:p></o:p></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal" dir="RTL"><b>من:</b> المتجر &lt;care@localhost&gt;<br>
<b>تاريخ الإرسال:</b> الخميس، 19 نوفمبر 2026 10:02 ص<br>
<b>إلى:</b> سلمى العتيبي &lt;salma@customer.example&gt;<br><b>الموضوع:</b> طلبكم</p></div></div>
<p class="MsoNormal" dir="RTL">{QUOTED}</p></div></body></html>"""
ANSWER = "نعتذر عن ذلك، نرسل مطحنة أخرى اليوم."
THEN = "شكرًا لكم، سأنتظرها."


def test_a_letter_from_arabic_outlook(desk, mail_server, sign_in):
    amal = sign_in("amal")
    letter = write("مطحنة لا تعمل", PLAIN)
    letter.add_alternative(HTML, subtype="html")
    letter.add_attachment(
        winmail(*FILE_IN_WINMAIL), maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    post(desk, letter)

    # The list previews the new words; the letter shows them, folds the rest away, and has the invoice out of its wrapping.
    row = row_of(amal, "مطحنة لا تعمل")
    expect(row).to_contain_text("وصلت المطحنة ولا تعمل")
    expect(row).not_to_contain_text("الخميس")
    row.locator("a").first.click()
    message = amal.locator("#timeline .msg").first
    message.locator(".file", has_text="فاتورة.pdf").wait_for()
    expect(message.locator(".file", has_text="winmail.dat")).to_have_count(0)
    shown = message.locator(".body > :not(details):not(.files)").first
    expect(shown).to_contain_text(NEW)
    assert shown.evaluate("element => getComputedStyle(element).direction") == "rtl"
    expect(message.get_by_text(QUOTED).first).to_be_hidden()
    message.locator("details.quoted summary").click()
    expect(message.get_by_text(QUOTED).first).to_be_visible()

    # The answer is written and sent from right to left.
    amal.fill("#reply-text", ANSWER)
    assert amal.eval_on_selector("#reply-text", "box => getComputedStyle(box).direction") == "rtl"
    amal.click(".side-reply .send > button[name=then]")
    answer = mail_server.wait_for("salma", 1, seconds=40)[0]
    assert ANSWER in answer.get_body(("plain",)).get_content()
    assert 'dir="rtl"' in answer.get_body(("html",)).get_content()

    # What she says to that joins.
    reply = write(
        answer["Subject"], f"{THEN}\n\nمن: Shop\nتم الإرسال: اليوم\nإلى: سلمى\nالموضوع: طلبكم\n\n{ANSWER}\n"
    )
    reply["In-Reply-To"] = answer["Message-ID"]
    post(desk, reply)
    amal.locator("#timeline .msg", has_text=THEN).wait_for()


def write(subject: str, body: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = '"سلمى العتيبي" <salma@customer.example>'
    mail["To"] = "care@localhost"
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="customer.example")
    mail["X-Mailer"] = "Microsoft Outlook 16.0"
    mail.set_content(body)
    return mail
