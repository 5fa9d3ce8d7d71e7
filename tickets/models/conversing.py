from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.timezone import now

from agents.models import Agent
from customers.models import Customer
from events.models import Event
from events.queue import enqueue
from text.html import to_text
from text.normalise import search_text
from text.quotes import split_text
from text.storable import storable
from tickets.models.attachment import Attachment
from tickets.models.draft import Draft
from tickets.models.message import Message
from tickets.models.redactable import forget_files
from tickets.models.states import Delivery, MessageKind, Status
from tickets.models.statusful import Statusful, chosen
from tickets.thanks import is_mere_thanks

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

PREVIEW = 160
TAKEN = "reply"
"""Why a ticket became somebody's: he answered it."""

MOST_EARLIER = 50
"""Versions of a message that are kept, besides the first."""


class Conversing(Statusful):
    """What is said, by whom, and what the list shows of it."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="tickets")
    hold_seconds = models.PositiveSmallIntegerField(default=0, help_text="How long a reply can be undone.")
    activity_at = models.DateTimeField(
        default=now, editable=False, help_text="When somebody last said something."
    )
    preview = models.CharField(max_length=PREVIEW, blank=True, editable=False)
    last_by_customer = models.BooleanField(default=True, editable=False)
    unread = models.BooleanField(
        default=True, editable=False, help_text="The customer wrote, and no agent has looked yet."
    )
    first_replied_at = models.DateTimeField(null=True, editable=False)
    waiting_since = models.DateTimeField(
        null=True, editable=False, help_text="The customer's first unanswered message."
    )

    subject: models.CharField[str, str]
    messages: RelatedManager[Message]
    drafts: RelatedManager[Draft]

    class Meta:
        abstract = True

    # The customer ------------------------------------------------------------------------------------

    @transaction.atomic(savepoint=False)
    def receive(
        self,
        customer: Customer,
        *,
        text: str,
        html: str = "",
        attachments: Iterable[Attachment] = (),
        automatic: bool = False,
        to: Iterable[str] = (),
        cc: Iterable[str] = (),
        others: Iterable[str] = (),
        answer_to: str = "",
        flags: Iterable[str] = (),
        folded: bool = True,
        at: datetime | None = None,
    ) -> Message:
        """The customer (or someone who joined) wrote. `html` is already sanitised; attachments are unsaved; quotes
        are told apart unless `folded` is false, as for what is passed on to be read."""
        self.lock()
        text = storable(text or to_text(html))
        new, quoted = split_text(text) if folded else (text, "")
        message = self._write(
            MessageKind.CUSTOMER, customer=customer, text=text, html=html, quoted=quoted, automatic=automatic,
            to=_storable_all(to), cc=_storable_all(cc), others=_storable_all(others),
            answer_to=storable(answer_to), flags=list(flags), created_at=at or now(),
        )  # fmt: skip
        self._attach(message, attachments)
        was_done = self.is_done
        with self.saved_once():
            if not automatic:
                self._take_notice_of_customer(customer, new)
            self._show(message, new)
            self.unread = self.unread or not automatic
            self.waiting_since = self.waiting_since or (None if automatic else message.created_at)
            fields = ["activity_at", "preview", "last_by_customer", "unread", "waiting_since"]
            if automatic and was_done:
                fields = ["preview"]
            facts = {"message": message, "kind": message.kind, "automatic": automatic}
            self.changed("message.received", customer, *fields, **facts)
        return message

    @transaction.atomic
    def amend(
        self,
        message: Message,
        customer: Customer,
        *,
        text: str,
        html: str = "",
        attachments: Iterable[Attachment] = (),
        folded: bool = True,
    ) -> None:
        """The customer changed what he had written, and may have added files: the new words stand there, and the old
        ones are kept with them. What was erased stays erased."""
        self.lock()
        message.refresh_from_db(fields=["text", "quoted", "earlier", "redacted_at"])
        text, was = storable(text or to_text(html)), message.text
        if message.redacted_at or message.kind != MessageKind.CUSTOMER:
            return
        message.text, message.html = text, storable(html)
        message.quoted = split_text(text)[1] if folded else ""
        if was != text:
            message.earlier = [*message.earlier[:1], *message.earlier[1:][-MOST_EARLIER:]]
            message.earlier.append({"text": was, "until": now().isoformat()})
        is_first = not self.messages.filter(number__lt=message.number).exists()
        message.search_text = search_text(self.subject if is_first else "", message.new_text)
        message.save(update_fields=["text", "html", "quoted", "earlier", "search_text"])
        self._attach(message, attachments)
        self._take_notice_of_customer(customer, message.new_text)
        self.preview, self.unread = self.latest_words(), True
        self.waiting_since = self.waiting_since or now()
        fields = ["preview", "unread", "waiting_since"]
        self.changed("message.amended", customer, *fields, message=message.pk)

    def _take_notice_of_customer(self, customer: Customer, new_text: str) -> None:
        if self.status != Status.NEW:
            self._reopen(customer, "thanks" if is_mere_thanks(new_text) else "customer")
        self._wake(customer, "customer")

    @transaction.atomic(savepoint=False)
    def log_call(self, by: Agent, text: str) -> Message:
        """What the customer said on the phone, written down by an agent."""
        self.lock()
        message = self._write(MessageKind.CUSTOMER, customer=self.customer, agent=by, text=text)
        self._show(message, message.text)
        self.unread, self.waiting_since = False, self.waiting_since or message.created_at
        fields = ["activity_at", "preview", "last_by_customer", "unread", "waiting_since"]
        self.changed("message.received", by, *fields, message=message, kind=message.kind, automatic=False)
        return message

    # The agents --------------------------------------------------------------------------------------

    @transaction.atomic(savepoint=False)
    def reply(
        self,
        by: Agent,
        *,
        text: str,
        html: str = "",
        attachments: Iterable[Attachment] = (),
        to: Iterable[str] = (),
        cc: Iterable[str] = (),
        then: str = Status.PENDING,
        hold: timedelta | None = None,
        along: Iterable[dict[str, Any]] = (),
        draft: Draft | None = None,
    ) -> Message:
        """Answer the customer. Held for `hold` (None: as the channel says) while it can be taken back; then
        `reply.written` is told, and the status `then` follows. An unassigned ticket becomes his at once. `along`: what
        whoever listens to `reply.written` is to do besides; nothing of it happens to a reply that is taken back.
        `draft`: what it was written in, and is not needed any more."""
        then = then and chosen(then)
        self.lock()
        hold = timedelta(seconds=self.hold_seconds) if hold is None else hold
        send_at = now() + hold if hold else None
        message = self._write(
            MessageKind.REPLY, agent=by, text=text, html=html, to=list(to), cc=list(cc), then=then,
            along=list(along), delivery=Delivery.HELD if hold else Delivery.QUEUED, send_at=send_at,
        )  # fmt: skip
        self._attach(message, attachments)
        if draft is not None:
            draft.delete()
        with self.saved_once():
            if self.assignee_id is None:
                self._assign(by, by, TAKEN)
            if send_at:
                self.changed("reply.held", by, message=message.pk, until=send_at.isoformat())
                _release_later(message, hold)
            else:
                self._after_reply(message)
        return message

    def give_back_taken_by(self, reply: Message) -> None:
        """Nobody's again, if it was that reply which made it its writer's and nothing else has since. Under the lock."""
        if self.assignee_id != reply.agent_id:
            return
        given = Event.objects.of_ticket(self.pk).filter(kind="ticket.assigned").order_by("-number").first()
        if given and given.payload["because"] == TAKEN and (given.number or 0) > reply.number:
            self._assign(None, reply.agent)

    def _after_reply(self, message: Message) -> None:
        """The reply leaves: the list shows it, the status follows, and the border is told. Under the lock."""
        overtaken = self._written_since(message)
        if overtaken is None:
            self._show(message, message.text)
            self.unread = False
        self.waiting_since = overtaken
        self.first_replied_at = self.first_replied_at or now()
        fields = ["activity_at", "preview", "last_by_customer", "unread", "waiting_since", "first_replied_at"]
        facts = {"message": message, "along": bool(message.along)}
        with self.saved_once():
            self.changed("reply.written", message.agent, *fields, **facts)
            if message.then and overtaken is None and not self._done_since(message.created_at):
                self._become(Status(message.then), message.agent)

    def _done_since(self, moment: datetime) -> bool:
        """Whether it was solved or closed after `moment`: a reply that was held then does not open it again."""
        ended = self.closed_at or self.solved_at
        return self.is_done and ended is not None and ended > moment

    def _written_since(self, message: Message) -> datetime | None:
        """When the customer wrote again while the reply was held; what he says then is still to be answered."""
        if message.number + 1 >= self.sequence:
            return None
        later = self.messages.filter(kind=MessageKind.CUSTOMER, automatic=False, number__gt=message.number)
        return later.order_by("number").values_list("created_at", flat=True).first()

    @transaction.atomic(savepoint=False)
    def note(
        self,
        by: Any,
        *,
        text: str,
        attachments: Iterable[Attachment] = (),
        mentions: Iterable[int] = (),
        shown: str = "",
        draft: Draft | None = None,
    ) -> Message:
        """A word among agents, or of the desk itself; the customer never sees it. `shown`: what the list shows of a
        ticket that begins with it. `draft`: what it was written in, and is not needed any more."""
        self.lock()
        agent = by if isinstance(by, Agent) else None
        message = self._write(MessageKind.NOTE, agent=agent, text=text)
        self._attach(message, attachments)
        if draft is not None:
            draft.delete()
        self.preview = _in_short(storable(shown)) if shown else self.preview
        self.changed("note.written", by, "preview", message=message.pk, mentions=list(mentions))
        return message

    @transaction.atomic(savepoint=False)
    def notify(
        self,
        *,
        text: str,
        purpose: str,
        html: str = "",
        choices: Iterable[dict] = (),
        to: Iterable[str] = (),
        by: Any = None,
    ) -> Message:
        """An automatic message to the customer: touches no clock, reopens nothing. `to`: where it goes, if not to
        where he is answered. `by`: what sent it, such as a rule."""
        self.lock()
        message = self._write(
            MessageKind.NOTICE,
            text=text,
            html=html,
            choices=list(choices),
            to=list(to),
            purpose=purpose,
            automatic=True,
            delivery=Delivery.QUEUED,
        )
        self._attach(message, ())
        with self.saved_once():
            self.changed("notice.written", by, message=message, purpose=purpose)
        return message

    def read_by(self, agent: Agent) -> None:
        """An agent looked: not unread any more, if it is his or nobody's."""
        if self.unread and self.assignee_id in {None, agent.pk}:
            # What came in after the page was made has not been seen.
            type(self)._default_manager.filter(pk=self.pk, activity_at=self.activity_at).update(unread=False)
            self.unread = False
            self.tell("ticket.read")

    # Forgetting ---------------------------------------------------------------------------------------

    def latest_words(self) -> str:
        """What the list shows of the ticket: the last thing said between us and the customer."""
        said = self.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
        last = said.exclude(delivery__in=[Delivery.HELD, Delivery.WITHDRAWN]).order_by("-number").first()
        return _in_short(last.new_text) if last else ""

    def forget_drafts(self) -> None:
        """Delete what agents are writing here, with its files."""
        forget_files(Attachment.objects.filter(draft__ticket=self.pk))
        self.drafts.all().delete()

    # Shared ------------------------------------------------------------------------------------------

    def _write(self, kind: str, **fields: Any) -> Message:
        """The message under the next number. The subject is searched with the first one."""
        fields |= {name: storable(fields[name]) for name in ("text", "html", "quoted") if name in fields}
        words = "" if kind == MessageKind.NOTICE else fields["text"].removesuffix(fields.get("quoted", ""))
        first = "" if self.preview else self.subject
        return self.messages.create(
            team_id=self.team_id,
            number=self.next_number(),
            kind=kind,
            search_text=search_text(first, words),
            **fields,
        )

    def _attach(self, message: Message, attachments: Iterable[Attachment]) -> None:
        files = list(attachments)
        for attachment in files:
            attachment.message, attachment.draft = message, None
            attachment.save()
        if not files:  # Nobody need ask.
            nothing = Attachment.objects.none()
            nothing._result_cache = []  # Django puts together even a query that it does not ask.
            vars(message)["_prefetched_objects_cache"] = {"attachments": nothing}

    def _show(self, message: Message, words: str) -> None:
        self.activity_at = message.created_at if message.kind == MessageKind.CUSTOMER else now()
        self.preview = _in_short(words)
        self.last_by_customer = message.kind == MessageKind.CUSTOMER


def _in_short(words: str) -> str:
    return " ".join(words[: 4 * PREVIEW].split())[:PREVIEW]


def _storable_all(texts: Iterable[str]) -> list[str]:
    return [storable(text) for text in texts]


def _release_later(message: Message, hold: timedelta) -> None:
    from tickets.tasks import release

    enqueue(release, message.pk, seconds=hold.total_seconds())
