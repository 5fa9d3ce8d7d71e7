"""Own words, quoted history and signatures told apart, as each mail program writes them."""

import re
import time
from html import unescape

import pytest

from text.quotes import new_html, new_text, split_html, split_text

GMAIL_AR = """شكراً جزيلاً، وصلت الشحنة اليوم.

في الأحد، 3 أبريل 2022 في 11:48 ص تمت كتابة ما يلي بواسطة ‪فريق الدعم‬‏ <‪care@example.com‬‏>:

> تم إرسال الشحنة أمس.
> مع التحية"""

GMAIL_AR_NEW = """‫وصلت الشحنة اليوم، شكراً.

‫في الأحد، 3 أبريل 2022 في 11:48 ص كتب ‪فريق الدعم‬‏ <‪care@example.com‬‏>:‬

> تم إرسال الشحنة أمس."""

GMAIL_FA = """سلام، هنوز به دستم نرسیده.

در تاریخ یکشنبه ۱۴ فروردین ۱۴۰۱ ساعت ۱۱:۴۸ ‪پشتیبانی‬‏ <‪care@example.com‬‏> نوشت:

> سفارش شما ارسال شد.
> با احترام"""

APPLE_FA = """ممنون، درست شد.

> در ۳ آوریل ۲۰۲۲، ساعت ۱۱:۴۸، پشتیبانی <care@example.com> نوشت:
>
> لطفاً دوباره امتحان کنید."""

APPLE_AR = """تمام، شكراً لكم.
أُرسلت من الـ iPhone

> في ٣ أبريل ٢٠٢٢، الساعة ١١:٤٨ ص، كتب/ت فريق الدعم <care@example.com>:
>
> هل ما زالت المشكلة موجودة؟"""

OUTLOOK_AR = """أرجو تغيير عنوان التوصيل.

________________________________
‏‏من: فريق الدعم <care@example.com>
‏‏تم الإرسال: الأحد، 3 أبريل 2022 11:48 ص
‏‏إلى: منى <mona@example.org>
‏‏الموضوع: طلبك رقم ١٢٣٤

طلبك في الطريق."""

OUTLOOK_FA = """لطفاً آدرس را عوض کنید.

از: پشتیبانی <care@example.com>
ارسال شده: یکشنبه ۳ آوریل ۲۰۲۲ ۱۱:۴۸
به: مینا <mina@example.org>
موضوع: سفارش ۱۲۳۴

سفارش شما در راه است."""

ORIGINAL_AR = """لم يصلني شيء حتى الآن.

-----الرسالة الأصلية-----
من: فريق الدعم
الموضوع: طلبك

تم الشحن."""

ORIGINAL_FA = """هنوز چیزی نرسیده است.

-----پیام اصلی-----
از: پشتیبانی
موضوع: سفارش

ارسال شد."""

YAHOO_AR = """نعم، موافق.

    في الأحد، 3 أبريل 2022 11:48:20 ص غرينتش+3، كتب فريق الدعم <care@example.com>:

 هل توافق على الاستبدال؟"""

YAHOO_EN = """Yes please.

    On Sunday, 3 April 2022, 11:48:20 am GMT+3, Care Team <care@example.com> wrote:

 Shall we replace it?
 Care"""

SAMSUNG = """It works again.

Sent from my Galaxy

-------- Original message --------
From: Care <care@example.com>
Date: 03/04/2022 11:48 (GMT+03:00)
To: dora@example.org
Subject: Your order

Please try again."""

OUTLOOK_PHONE = """See the picture.

Get Outlook for Android<https://aka.ms/x>
________________________________
From: Care <care@example.com>
Sent: Sunday, April 3, 2022 11:48:20 AM
To: Dora <dora@example.org>
Subject: Your order

Can you send a picture?"""

YANDEX = """Fine with me.

03.04.2022, 11:48, "Care" <care@example.com>:
Is Monday fine?"""

THUNDERBIRD_BELOW = """Am 03.04.2022 um 11:48 schrieb Care:
> Is Monday fine?
Monday is fine."""

BETWEEN = """On Sun, Apr 3, 2022 at 11:48 AM Care <care@example.com> wrote:

> Which colour?

Blue.

> Which size?

Large.
"""

WRAPPED = """Thanks!

On Sun, Apr 3, 2022 at 11:48 AM A Team With A Rather Long Name
<a-team-with-a-rather-long-name@support.example.com>
wrote:

> Done."""

CASES = [
    ("gmail in Arabic", GMAIL_AR, "شكراً جزيلاً، وصلت الشحنة اليوم."),
    ("gmail in Arabic, newer", GMAIL_AR_NEW, "وصلت الشحنة اليوم، شكراً."),
    ("gmail in Persian", GMAIL_FA, "سلام، هنوز به دستم نرسیده."),
    ("apple in Persian", APPLE_FA, "ممنون، درست شد."),
    ("apple in Arabic", APPLE_AR, "تمام، شكراً لكم."),
    ("outlook in Arabic", OUTLOOK_AR, "أرجو تغيير عنوان التوصيل."),
    ("outlook in Persian", OUTLOOK_FA, "لطفاً آدرس را عوض کنید."),
    ("original message in Arabic", ORIGINAL_AR, "لم يصلني شيء حتى الآن."),
    ("original message in Persian", ORIGINAL_FA, "هنوز چیزی نرسیده است."),
    ("yahoo in Arabic", YAHOO_AR, "نعم، موافق."),
    ("yahoo", YAHOO_EN, "Yes please."),
    ("samsung", SAMSUNG, "It works again."),
    ("outlook on a phone", OUTLOOK_PHONE, "See the picture."),
    ("yandex", YANDEX, "Fine with me."),
    ("answer below", THUNDERBIRD_BELOW, "Monday is fine."),
    ("answers between", BETWEEN, "Blue.\n\nLarge."),
    ("announced over three lines", WRAPPED, "Thanks!"),
    (
        "zoho",
        "Ok.\n\n---- On Sun, 03 Apr 2022 11:48:20 +0300 Care <care@example.com> wrote ----\n\nOk?",
        "Ok.",
    ),
    ("french", "Oui.\n\nLe dim. 3 avr. 2022 à 11:48, Care <care@example.com> a écrit :\n\n> Oui?", "Oui."),
    (
        "turkish",
        "Evet.\n\nCare <care@example.com>, 3 Nis 2022 Paz, 11:48 tarihinde şunu yazdı:\n\n> Evet mi?",
        "Evet.",
    ),
    ("signature", "Hello, it broke.\n\n-- \nDora Doe\n+44 20 7946 0000", "Hello, it broke."),
    ("signature of a Persian phone", "سلام، خراب شد.\n\nارسال شده از iPhone", "سلام، خراب شد."),
    ("signature of an Arabic phone", "مرحبا، تعطل الجهاز.\n\nتم الإرسال من هاتفي", "مرحبا، تعطل الجهاز."),
]


@pytest.mark.parametrize(("text", "own"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_own_words_are_found(text, own):
    assert re.sub("[\u202a-\u202e\u200e\u200f]", "", new_text(text)) == own


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you:\nno answer yet.\nPlease help, it is the 3rd time.",
        "On 3 May 2022 at 10:00 the courier came.\n\nHe left again.",
        "From: Dubai\nTo: Cairo\nDate: 3 May\n\nPlease book this for me.",
        "من: دبي\nإلى: القاهرة\nالتاريخ: ٣ مايو\n\nأرجو الحجز.",
        "Please compare:\n\na -- b\n\nand tell me which one.",
        "Sent from my desk, is much easier then my mobile phone.",
        "FYI\n\n---------- Forwarded message ---------\nFrom: Shop <shop@example.com>\nDate: Sun, Apr 3, 2022\n"
        "Subject: Order\nTo: <dora@example.org>\n\nYour order is late.",
        "للعلم\n\n---------- رسالة معاد توجيهها ---------\nمن: المتجر <shop@example.com>\nالموضوع: طلب\n"
        "إلى: منى <mona@example.org>\n\nتأخر طلبك.",
        "في يوم الأحد كتبت لكم رسالة ولم أتلق رداً.",
        "در روز یکشنبه برایتان نوشتم ولی جوابی نگرفتم.",
        "> only a quote",
        "Visit us now\n>>> http://www.example.com <<<\nor call",
    ],
)
def test_own_words_are_never_taken_for_history(text):
    new, rest = split_text(text)
    assert (new, rest) == (text, "")


def test_what_is_folded_is_handed_back():
    new, rest = split_text(GMAIL_AR)
    assert "تم إرسال الشحنة أمس" in rest
    assert sorted(f"{new}\n{rest}".split()) == sorted(GMAIL_AR.split())


GMAIL_HTML = (
    '<div dir="rtl">شكراً، وصلت.</div><br><div class="gmail_quote"><div dir="rtl" class="gmail_attr">في الأحد، 3 أبريل '
    "2022 في 11:48 ص تمت كتابة ما يلي بواسطة فريق الدعم &lt;care@example.com&gt;:<br></div>"
    '<blockquote class="gmail_quote" style="border-right:1px solid">تم الإرسال.</blockquote></div>'
)
OUTLOOK_WEB = (
    '<html dir="rtl"><head><style>p{margin:0}</style></head><body dir="rtl"><div>أرجو التغيير.</div><div id="Signature">'
    "<p>منى</p></div><div id='appendonsend'></div><hr style='width:98%'><div id='divRplyFwdMsg' dir='rtl'>"
    "<b>من:</b> فريق الدعم &lt;care@example.com&gt;<br><b>تم الإرسال:</b> 3 أبريل<br><b>إلى:</b> منى<br>"
    "<b>الموضوع:</b> طلبك</div><div>طلبك في الطريق.</div></body></html>"
)
OUTLOOK_DESKTOP = (
    "<html><body lang=EN-US><div class=WordSection1><p class=MsoNormal>أرجو التغيير.<o:p></o:p></p><p class=MsoNormal>"
    "<o:p>&nbsp;</o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal dir=RTL><b>من:</b> "
    "فريق الدعم [mailto:care@example.com] <br><b>تاريخ الإرسال:</b> 3 أبريل 2022<br><b>إلى:</b> منى<br><b>الموضوع:</b> "
    "طلبك</p></div><p class=MsoNormal>طلبك في الطريق.</p></div></body></html>"
)
APPLE_HTML = (
    '<html><body dir="auto">ممنون، درست شد.<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">ارسال شده از iPhone'
    '</div><div dir="ltr"><br><blockquote type="cite">در ۳ آوریل ۲۰۲۲، ساعت ۱۱:۴۸، پشتیبانی &lt;care@example.com&gt; '
    "نوشت:<br><br></blockquote></div><blockquote type='cite'><div>دوباره امتحان کنید.</div></blockquote></body></html>"
)
YAHOO_HTML = (
    '<html><body><div class="ydp1"><div dir="ltr">Yes please.</div></div><div id="yahoo_quoted_123" class="yahoo_quoted">'
    "<div>On Sunday, 3 April 2022, Care wrote:</div><div>Shall we?</div></div></body></html>"
)
BELOW_HTML = (
    '<div class="gmail_quote"><div class="gmail_attr">On Sun, Apr 3, 2022 Care wrote:</div>'
    '<blockquote class="gmail_quote">Which colour?</blockquote><div>Blue, please.</div></div>'
)
THUNDERBIRD_FA = (
    '<p>ممنون.</p><div class="moz-cite-prefix">در تاریخ ۱۴۰۱/۱/۱۴ ۱۱:۴۸، پشتیبانی نوشت:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>ارسال شد.</p></blockquote>'
)
HTML_CASES = [
    ("gmail in Arabic", GMAIL_HTML, "شكراً، وصلت."),
    ("outlook web in Arabic", OUTLOOK_WEB, "أرجو التغيير."),
    ("outlook desktop in Arabic", OUTLOOK_DESKTOP, "أرجو التغيير."),
    ("apple in Persian", APPLE_HTML, "ممنون، درست شد."),
    ("yahoo", YAHOO_HTML, "Yes please."),
    ("answer below", BELOW_HTML, "Blue, please."),
    ("thunderbird in Persian", THUNDERBIRD_FA, "ممنون."),
    (
        "yandex",
        '<div>Fine.</div><div>03.04.2022, 11:48, "Care" &lt;c@example.com&gt;:</div><blockquote>Ok?</blockquote>',
        "Fine.",
    ),
]


def visible(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("html", "own"), [case[1:] for case in HTML_CASES], ids=[case[0] for case in HTML_CASES]
)
def test_own_words_are_found_in_html(html, own):
    assert visible(new_html(html)) == own


@pytest.mark.parametrize(
    "html",
    [
        "<p>The manual says</p><blockquote>Press the button.</blockquote><p>I did.</p>",
        '<div>FYI</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: Shop<br>To: Dora<br>'
        "Subject: Order<br><br>Your order is late.</div>",
        "<p>No history at all</p>",
        "",
        "no markup",
    ],
)
def test_own_html_stays_as_it_is(html):
    assert split_html(html) == (html, "")


def test_the_direction_of_the_whole_mail_stays():
    assert 'dir="rtl"' in new_html(OUTLOOK_WEB)


def test_a_picture_alone_is_an_answer():
    html = '<p><img src="cid:a"></p><div class="gmail_quote">On Sunday Care wrote:<blockquote>Picture?</blockquote></div>'
    new, rest = split_html(html)
    assert "cid:a" in new
    assert "Picture?" in rest
    assert "Picture?" not in new


@pytest.mark.parametrize(("html", "_"), [case[1:] for case in HTML_CASES])
def test_nothing_of_the_html_is_lost(html, _):
    new, rest = split_html(html)
    for word in visible(re.sub(r"(?s)<head>.*</head>", "", html)).split():
        assert unescape(word).strip() in unescape(new + rest)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 300_000,
        "On " * 200_000,
        ("On 3 May 2022 11:48\n") * 20_000,
        "From: a@b.c\n" * 20_000,
        "-" * 500_000,
        "<a@b.c>\n" * 30_000,
    ],
)
def test_hostile_texts_take_no_time(text):
    start = time.process_time()
    new_text(text)
    assert time.process_time() - start < 2


def test_hostile_html_takes_no_time():
    start = time.process_time()
    new_html("<blockquote>On 3 May 2022 11:48 <br>" * 2_000)
    new_html("<div>On 3 May 2022 11:48 </div><br>" * 10_000)
    assert time.process_time() - start < 3
