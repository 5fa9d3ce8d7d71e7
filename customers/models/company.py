from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.prepared import Prepared

# Mail domains that anyone can have an address at: they say nothing about who employs whom.
PUBLIC_MAIL_DOMAINS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com icloud.com
    me.com mac.com aol.com gmx.com gmx.de gmx.net web.de t-online.de mail.com mail.ru yandex.com yandex.ru proton.me
    protonmail.com pm.me tutanota.com zoho.com fastmail.com hey.com qq.com 163.com 126.com naver.com daum.net
    hotmail.co.uk hotmail.fr outlook.sa yahoo.co.uk yahoo.fr orange.fr free.fr chmail.ir mailfa.com maktoob.com
    example.com example.net example.org""".split()
)


class Company(models.Model):
    """Where customers work; found by the domain of their mail."""

    name = models.CharField(_("name"), max_length=160)
    domain = models.CharField(_("domain"), max_length=253, unique=True, null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_domain(cls, domain: str) -> Company | None:
        """The company of a mail domain (lower-case ASCII), made when new; None for public mail domains and local names."""
        if domain in PUBLIC_MAIL_DOMAINS or "." not in domain:
            return None
        if known := _of_domain.first(domain):
            return known
        name = domain.rsplit(".", 1)[0].title()
        return cls.objects.get_or_create(domain=domain, defaults={"name": name})[0]


@Prepared
def _of_domain(domain: str) -> models.QuerySet[Company]:
    return Company.objects.filter(domain=domain)
