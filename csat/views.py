"""The customer's page. Looking never votes: mail scanners follow every link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agents.models import Workspace
from channels_inbox.language import language_for
from csat.faces import ICONS, SCORES
from csat.forms import RatingForm
from csat.models import Survey


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    survey = Survey.objects.answerable(token)
    if survey is None:
        return _quiet(render(request, "csat/gone.html", status=404))
    with translation.override(language_for(survey.ticket)):
        if request.POST.get("later") == "yes":
            survey.decline()
            return _quiet(
                render(request, "csat/later.html", {"company": Workspace.current().name, "token": token})
            )
        form = RatingForm(request.POST or None)
        if form.is_valid():
            survey.answer(form.cleaned_data["score"], form.cleaned_data["comment"])
            return _quiet(redirect("rate", token=token))
        status = 422 if form.is_bound else 200
        return _quiet(render(request, "csat/rate.html", _page(request, survey, form), status=status))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """No more questions, or questions again. What proves that it is the customer is the address alone: mail programs
    post to it without a cookie or a look at the page, and want no redirect (RFC 8058, 3.1 and 3.2)."""
    survey = Survey.objects.of_token(token)
    if survey is None:
        return _quiet(render(request, "csat/gone.html", status=404))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        survey.refuse()
    elif request.POST.get("undo") == "yes":
        survey.allow()
    context = {"survey": survey, "company": Workspace.current().name}
    context["refused"] = Survey.objects.refused_by(survey.ticket.customer_id)
    with translation.override(language_for(survey.ticket)):
        return _quiet(render(request, "csat/end.html", context))


def _page(request: HttpRequest, survey: Survey, form: RatingForm) -> dict[str, object]:
    wished = form.data.get("score") or request.GET.get("score") or str(survey.score or "")
    scores = [
        {"value": value, "label": label, "icon": ICONS[value], "chosen": str(value) == wished}
        for value, label in sorted(SCORES.items())
    ]
    thanked = survey.score is not None and "score" not in request.GET and not form.is_bound
    company = Workspace.current().name
    return {"company": company, "survey": survey, "form": form, "scores": scores, "thanked": thanked}


def _quiet(response: HttpResponse) -> HttpResponse:
    """Not for search engines. The address, which is a key, goes to no other site (`SECURE_REFERRER_POLICY`);
    a stricter policy would send `Origin: null` with the form, which the CSRF check refuses."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
