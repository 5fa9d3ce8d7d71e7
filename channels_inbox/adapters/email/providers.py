"""Where each provider's doors are. Fixed, but for MAIL_PROVIDERS of the settings: national clouds have doors of their own.

Sources: developers.google.com/identity/protocols/oauth2/web-server and /gmail/imap/xoauth2-protocol;
learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and
/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.conf import settings

from channels_inbox.models import Encryption, Provider, Security

ANY_TENANT = "common"


@dataclass(frozen=True, slots=True)
class Service:
    """One provider. `{tenant}` in an address is the registration's. `scopes` are asked for; those that begin with
    https:// must be granted. `asks` goes along with the question, so that the permission outlasts the hour."""

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    imap_host: str
    smtp_host: str
    asks: dict[str, str] = field(default_factory=dict)
    imap_port: int = 993
    imap_encryption: str = Encryption.TLS
    smtp_port: int = 587
    smtp_security: str = Security.STARTTLS

    def authorize_at(self, tenant: str) -> str:
        return self.authorize_url.format(tenant=tenant or ANY_TENANT)

    def tokens_at(self, tenant: str) -> str:
        return self.token_url.format(tenant=tenant or ANY_TENANT)

    @property
    def origin(self) -> str:
        """Where the browser is sent, for a Content-Security-Policy."""
        found = urlsplit(self.authorize_url)
        return f"{found.scheme}://{found.netloc}"


_SERVICES = {
    Provider.GOOGLE: Service(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106
        scopes=("https://mail.google.com/",),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        # A refresh token comes with the first consent only, unless consent is asked for again.
        asks={"access_type": "offline", "prompt": "consent"},
    ),
    Provider.MICROSOFT: Service(
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        asks={"prompt": "select_account"},
    ),
}


def service_of(provider: str) -> Service:
    """Raises ValueError when there is no such provider."""
    return replace(_SERVICES[Provider(provider)], **settings.MAIL_PROVIDERS.get(provider, {}))
