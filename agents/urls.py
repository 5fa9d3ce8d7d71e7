from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.i18n import set_language

from agents.access import signed_in
from agents.views import (
    agents,
    company,
    dead_letters,
    hours,
    pictures,
    presence,
    profile,
    shell,
    signin,
    teams,
    tokens,
    welcome,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("language/", set_language, name="set_language"),
    path("presence/", presence.change, name="presence"),
    path("people/<slug:name>.jpg", pictures.picture, name="picture"),
    # Signing in
    path("welcome/", welcome.welcome, name="welcome"),
    path("sign-in/", signin.SignIn.as_view(), name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("sign-in/inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/forgotten/", allauth.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/chosen/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    # One's own settings
    path("settings/", profile.settings, name="settings"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/picture/", pictures.choose, name="picture-choice"),
    path("settings/profile/picture/removal/", pictures.remove, name="picture-removal"),
    path("settings/password/", signed_in(allauth.password_change), name="account_change_password"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revocation/", tokens.revoke, name="token-revocation"),
    # The administrator's
    path("settings/company/", company.company, name="company"),
    path("settings/agents/", agents.agents, name="agents"),
    path("settings/agents/invitation/", agents.invite, name="agent-invitation"),
    path("settings/agents/<int:agent_id>/", agents.agent, name="agent"),
    path("settings/agents/<int:agent_id>/invitation/", agents.invite_again, name="agent-invitation-again"),
    path("settings/agents/<int:agent_id>/reactivation/", agents.reactivate, name="agent-reactivation"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new, name="team-new"),
    path("settings/teams/<int:team_id>/", teams.team, name="team"),
    path("settings/teams/<int:team_id>/hours/", hours.hours, name="team-hours"),
    path("settings/teams/<int:team_id>/hours/kept/", hours.keep, name="team-hours-kept"),
    path("settings/calendars/", hours.calendars, name="calendars"),
    path("settings/calendars/new/", hours.new_calendar, name="calendar-new"),
    path("settings/calendars/<int:calendar_id>/", hours.calendar, name="calendar"),
    path("settings/dead-letters/", dead_letters.dead_letters, name="dead-letters"),
    path("settings/dead-letters/retry/", dead_letters.retry_every, name="dead-letters-retry"),
    path("settings/dead-letters/<int:receipt_id>/retry/", dead_letters.retry_one, name="dead-letter-retry"),
]
