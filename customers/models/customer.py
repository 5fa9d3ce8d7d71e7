from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers.models.company import Company
from customers.models.erasable import Erasable
from customers.models.identity import Identity, IdentityKind, key_of
from events.bus import emit
from events.prepared import Prepared
from events.rows import OftenWritten
from text.names import initials
from text.normalise import fold
from text.storable import storable

if TYPE_CHECKING:
    from customers.models.merge import Merge


LONGEST_NAME = 160


class Tier(models.TextChoices):
    STANDARD = "standard", _("Standard")
    VIP = "vip", _("VIP")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def living(self) -> CustomerQuerySet:
        """Those that were not merged into another one."""
        return self.filter(merged_into=None)

    def visible_to(self, agent: Any) -> CustomerQuerySet:
        """Who may be looked up: everyone, by agents at work; what is theirs elsewhere has doors of its own."""
        return self.living() if agent.is_active else self.none()

    def of_identity(self, kind: str, value: str) -> Customer | None:
        """Who writes from that address, if anyone does."""
        return self.filter(identities__kind=kind, identities__key=key_of(kind, value)).first()

    def matching(self, words: str) -> CustomerQuerySet:
        """Customers whose name or address holds all the words, in any spelling that folds to the same."""
        found = self.living()
        for word in fold(words).split():
            found = found.filter(search_text__contains=word)
        return found


class Customer(Erasable, OftenWritten):
    """Who writes to us. Never a user of the desk."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="customers", verbose_name=_("company")
    )
    language = models.CharField(_("language"), max_length=8, blank=True, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    tier = models.CharField(_("tier"), max_length=16, choices=Tier, default=Tier.STANDARD)
    notes = models.TextField(_("notes"), blank=True)
    search_text = models.TextField(blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.CASCADE, null=True, editable=False, related_name="absorbed"
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(name="customer_search", fields=["search_text"], opclasses=["gin_trgm_ops"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
                name="customer_not_into_himself",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What to call the customer on screen: the name, else the first address."""
        if self.name:
            return self.name
        first = next(iter(self.identities.all()), None) if self.pk else None
        return first.value if first else str(_("Someone"))

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def email(self) -> str:
        """The first mail address, or nothing."""
        return next((one.value for one in self.identities.all() if one.kind == IdentityKind.EMAIL), "")

    # Verbs -------------------------------------------------------------------------------------------

    @classmethod
    def identify(
        cls, kind: str, value: str, *, name: str = "", language: str = "", source: str = ""
    ) -> Customer:
        """The customer of that address, made when new. Two that arrive at once get the same one."""
        key = key_of(kind, value)
        name = " ".join(storable(name).split())[:LONGEST_NAME]
        with transaction.atomic(savepoint=False):
            return cls._identify(kind, value, key, name, language, source)

    @classmethod
    def _identify(cls, kind: str, value: str, key: str, name: str, language: str, source: str) -> Customer:
        known = _known.first(kind, key)
        customer = known.customer if known else cls._make(kind, value, key, name, language, source)
        if name and not customer.name:
            customer.change(None, name=name)
        return customer

    @classmethod
    def _make(cls, kind: str, value: str, key: str, name: str, language: str, source: str) -> Customer:
        identity = Identity(kind=kind, value=value.strip(), key=key)
        company = Company.of_domain(identity.domain) if identity.domain else None
        words = _words(name, [identity.value], company)
        customer = cls.objects.create(name=name, language=language, company=company, search_text=words)
        identity.customer = customer
        owner = identity.claim()
        if owner != customer.pk:
            customer.delete()
            return cls.objects.get(pk=owner)
        emit("customer.created", customer, source=source)
        return customer

    @transaction.atomic
    def add_identity(self, kind: str, value: str, by: Any = None) -> Identity:
        """Give the customer another address. ValueError when it is malformed or another customer's, or when this
        customer was merged into another one or erased."""
        key = key_of(kind, value)
        self._lock()
        identity, made = Identity.objects.get_or_create(
            kind=kind, key=key, defaults={"customer": self, "value": value.strip()}
        )
        if identity.customer_id != self.pk:
            raise ValueError(_("Another customer has this address. Merge the two instead."))
        if made:
            self._reindex([])
            emit("customer.changed", self, actor=by, fields=["identities"])
        return identity

    @transaction.atomic(savepoint=False)
    def verify(self, kind: str, value: str) -> None:
        """Note that this address is his: whoever calls has had proof of it. Nothing where it is not among his."""
        unproven = self.identities.filter(kind=kind, key=key_of(kind, value), verified_at=None)
        if unproven.update(verified_at=now()):
            emit("customer.changed", self, fields=["identities"])

    @transaction.atomic
    def change(self, by: Any, **fields: Any) -> None:
        """Set plain facts: name, company, language, time_zone, tier, notes. ValueError when he was merged or erased."""
        unknown = fields.keys() - {"name", "company", "language", "time_zone", "tier", "notes"}
        if unknown:
            raise TypeError(f"not a customer's plain fact: {sorted(unknown)}")
        self._lock()
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if changed:
            for name in changed:
                setattr(self, name, fields[name])
            self._reindex(changed)
            emit("customer.changed", self, actor=by, fields=sorted(changed))

    def absorb(self, gone: Customer, by: Any) -> Merge:
        """Take over everything of `gone`, which from then on points here. `Merge.undo` reverts it."""
        from customers.models.merge import merge

        return merge(self, gone, by)

    def _lock(self) -> None:
        """Wait for whoever changes the customer now, see him as he is, and refuse when he is one no more."""
        self.refresh_from_db(from_queryset=Customer.objects.select_for_update(no_key=True))
        if self.merged_into_id or self.erased_at:
            raise ValueError(_("This customer was merged into another one, or erased."))

    def _reindex(self, changed: list[str]) -> None:
        addresses = self.identities.values_list("value", flat=True)
        self.search_text = _words(self.name, addresses, self.company)
        self.save(update_fields=[*changed, "search_text"])


def _words(name: str, addresses: Iterable[str], company: Company | None) -> str:
    """What the customer is found by, folded."""
    return fold(" ".join([name, *addresses, company.name if company else ""]))


@Prepared
def _known(kind: str, key: str) -> models.QuerySet[Identity]:
    """Locked, so that a merge at the same moment comes before or after all that follows for this customer."""
    found = Identity.objects.select_for_update(no_key=True, of=("self",)).select_related("customer")
    return found.filter(kind=kind, key=key)
