from django import forms
from django.utils.translation import gettext_lazy as _

from csat.faces import SCORES


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How did we do?"),
        choices=[(score, label) for score, label in sorted(SCORES.items())],
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the five first.")),
    )
    comment = forms.CharField(
        label=_("Anything you would like to add?"), required=False, max_length=5000, widget=forms.Textarea
    )
