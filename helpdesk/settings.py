"""Settings: one code path everywhere, every difference between places is an environment variable.

`FANOOS_ENV` is development, test or production. `DATABASE_URL` and `REDIS_URL` are always set when Django
starts: by the operator, or by `helpdesk.embedded`, which starts servers of its own where they are not.
How people sign in stands in `helpdesk.signin_settings`, the API's rules in `helpdesk.api.settings`.
"""

import json
from pathlib import Path

import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from channels_inbox import adapters
from helpdesk.api.settings import *  # noqa: F403
from helpdesk.signin_settings import *  # noqa: F403

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(env.str("FANOOS_LOCAL_DIR", default=str(BASE_DIR / ".local")))

ENVIRONMENT = env.str("FANOOS_ENV", default="development")
if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured("FANOOS_ENV must be development, test or production.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

SECRET_KEY = env.str(
    "SECRET_KEY", **({} if PRODUCTION else {"default": "only-for-development-and-tests" * 2})
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Whether strangers administrate this desk: then it reaches no host of the network that it runs in.
HOSTED = env.bool("HOSTED", default=False)

INSTALLED_APPS = [
    "helpdesk",
    "automation",
    "csat",
    "reports",
    "channels_inbox",
    *(f"{adapters.__name__}.{kind}" for kind in adapters.KINDS),
    "tickets",
    "customers",
    "agents",
    "events",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "channels",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.requests.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agents.middleware.AgentPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
ASGI_APPLICATION = "helpdesk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "lucide.templatetags.lucide",
                "helpdesk.filters",
            ],
        },
    },
    # For the rows and the conversation: see docs/decisions/2026-11-22-the-desk-by-jinja.md.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "helpdesk.jinja.environment", "auto_reload": DEBUG},
    },
]

# Data -----------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=0)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="fanoos")
CHANNEL_REDIS_URLS = list(filter(None, env.list("CHANNEL_REDIS_URLS", default=[]))) or [REDIS_URL]
CACHES = {
    "default": {
        "BACKEND": "helpdesk.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

if env.str("S3_BUCKET", default=""):
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "default_acl": "private",
        },
    }
else:
    _files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("FILES_DIR", default=str(LOCAL_DIR / "files")), "base_url": None},
    }
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "helpdesk.staticfiles.ManifestStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "helpdesk.staticfiles.PackagesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# A hashed name tells it; by itself whitenoise would look each file up in the manifest.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}(\.[^/.]+)?$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024

# Jobs -----------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{REDIS_PREFIX}-jobs-",
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_IGNORE_RESULT = True
# Rows are the truth and a sweep repeats what the queue forgot: a publisher must not wait for a dead broker.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
# Celery would open one for each task, which costs as much as the task; helpdesk.celery closes those that are old.
CELERY_DB_REUSE_MAX = 1_000_000_000
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Workers take from all in turn: whoever waits for a reply stands neither behind a flood of mail, nor behind a mail
# server that takes its time.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("intake"), Queue("outgoing")]
CELERY_TASK_ROUTES = {
    f"channels_inbox.tasks.{task}": queue
    for task, queue in [
        ("unpack", "intake"),
        ("unpack_some", "intake"),
        ("read_archive", "intake"),
        ("send", "outgoing"),
    ]
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": schedule(seconds), "options": {"expires": seconds}}
    for name, task, seconds in [
        ("repeat forgotten receipts", "events.tasks.sweep_receipts", 10),
        ("repeat forgotten parcels", "channels_inbox.tasks.sweep_parcels", 10),
        ("repeat forgotten envelopes", "channels_inbox.tasks.sweep_envelopes", 10),
        ("go on with archives", "channels_inbox.tasks.sweep_archives", 30),
        ("release held replies", "tickets.tasks.release_due", 5),
        ("wake snoozed tickets", "tickets.tasks.wake_due", 15),
        ("ask how it went", "csat.tasks.ask_due", 5),
        ("run time rules", "automation.tasks.run_time_rules", 60),
        ("fold events into figures", "reports.tasks.fold_events", 10),
        ("mail saved reports", "reports.tasks.mail_reports", 60),
        ("close solved tickets", "tickets.tasks.close_due", 600),
        ("delete unused files", "tickets.tasks.sweep_blobs", 3600),
        ("delete files of nothing", "tickets.tasks.sweep_files", 3600),
        ("ring clocks of promises", "automation.tasks.ring_clocks", 5),
        ("watch who gets what", "automation.tasks.watch_routing", 5),
        ("mark idle agents", "agents.tasks.mark_idle", 60),
        ("forget old notices", "agents.tasks.forget_notices", 3600),
        *(entry for channel in adapters.parts("beat") for entry in channel.BEAT),
    ]
}

# Languages and times ---------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic")), ("fa", _("Persian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Safety ---------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "helpdesk.errors.csrf_failure"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Mail -----------------------------------------------------------------------------------------------

MAIL_DOMAIN = env.str("MAIL_DOMAIN", default="localhost")
SMTP_GATEWAY_HOST = env.str("SMTP_GATEWAY_HOST", default="127.0.0.1")
SMTP_GATEWAY_PORT = env.int("SMTP_GATEWAY_PORT", default=2525)
# Addresses of a provider that differ, as in national clouds: {"microsoft": {"imap_host": "outlook.office365.us", …}}.
MAIL_PROVIDERS = json.loads(env.str("MAIL_PROVIDERS", default="") or "{}")
CLAMD_URL = env.str("CLAMD_URL", default="")
TRUSTED_MAIL_SERVERS = env.list("TRUSTED_MAIL_SERVERS", default=[])
SMTP_GATEWAY_MAX_BYTES = 35 * 1024 * 1024
# For tests: {"postmark": "http://127.0.0.1:…"} instead of the providers' own addresses.
MAIL_API_URLS: dict[str, str] = {}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Fanoos <care@{MAIL_DOMAIN}>")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
elif PRODUCTION:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "helpdesk.outbox.backend.OutboxBackend"
OUTBOX_DIR = LOCAL_DIR / "outbox"

# Asking how it went --------------------------------------------------------------------------------

# Longer than solving can be undone: a ticket that is reopened meanwhile is not asked about.
SURVEY_WAIT_SECONDS = env.int("SURVEY_WAIT_SECONDS", default=60)

# The website's chat -----------------------------------------------------------------------------------

# For measurements from one machine: nobody is told to wait.
WIDGET_LIMITS_OFF = env.bool("WIDGET_LIMITS_OFF", default=False)

# Logs -----------------------------------------------------------------------------------------------

DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# The end of a request or task says all that its beginning could.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = 10
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING" if ENVIRONMENT == "test" else "INFO")
# Addresses are unique however they are written, by a constraint over their lower case.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ACCOUNT_RATE_LIMITS = False

from helpdesk.logs import LOGGING, configure  # noqa: E402

configure(json=PRODUCTION)
LOGGING["root"]["level"] = LOG_LEVEL
