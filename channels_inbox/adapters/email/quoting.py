"""What the customer wrote last, below our answer."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tickets.models import Message, MessageKind

LONGEST = 5000


def quote_for(message: Message) -> dict[str, str] | None:
    """`heading` and `text` of the customer's last words before `message`; None when there are none. Others who wrote
    on the ticket are never quoted: whoever is not on it must not learn of them."""
    earlier = message.ticket.messages.filter(
        kind=MessageKind.CUSTOMER,
        customer=message.ticket.customer_id,
        number__lt=message.number,
        redacted_at=None,
        automatic=False,
    )
    last = earlier.order_by("-number").first()
    if last is None or not last.new_text.strip():
        return None
    named = {"date": date_format(last.created_at, "DATE_FORMAT"), "name": message.ticket.customer.name}
    heading = _("On %(date)s, %(name)s wrote:") if named["name"] else _("On %(date)s, you wrote:")
    return {"heading": heading % named, "text": last.new_text.strip()[:LONGEST]}
