"""Rules wait for what happens to tickets; where none waits for it, there is no task."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from automation.models import Rule
from automation.rules.happenings import KINDS
from automation.rules.listening import hears
from automation.rules.running import run
from events.bus import on
from events.models import Event
from tickets.actors import names


@on(*KINDS, when=hears)
def run_rules(event: Event) -> None:
    run(event)


@names("rule")
def called(ids: Iterable[int]) -> dict[int, str]:
    found = Rule.objects.filter(pk__in=list(ids)).values_list("pk", "name")
    return {pk: _("Rule “%(name)s”") % {"name": name} for pk, name in found}
