"""Settings: one file, every difference between environments is a named variable (see .env.example).

Importing this module starts nothing and needs no variable. What production must set and has not is an
error of `manage.py check --deploy` and of every process that starts with DEBUG off (cdmo_portal/checks.py).
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from django.utils.csp import CSP

from cdmo_portal.accounts import identity_providers

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool = False) -> bool:
    return env(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# --- environment ---------------------------------------------------------------------------------------

DEMO = env_bool("CDMO_DEMO")
DEBUG = env_bool("DEBUG")
SECRET_KEY = env("SECRET_KEY", "not-a-secret-checks-refuse-it-outside-development")
PUBLIC_URL = env("PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
IS_HTTPS = PUBLIC_URL.startswith("https://")

# --- applications --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cdmo_portal.apps.PortalConfig",
    "cdmo_portal.look",
    "cdmo_portal.accounts",
    "cdmo_portal.events",
    "partners",
    "matching",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # so that PortalFormRenderer finds the widgets' templates beside ours
    "corsheaders",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "cdmo_portal.logs.RequestLogMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cdmo_portal.accounts.middleware.RefuseControlCharactersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cdmo_portal.accounts.kept_forms.RememberLastHereMiddleware",
    "cdmo_portal.accounts.kept_forms.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "cdmo_portal.accounts.middleware.ActorMiddleware",
    "cdmo_portal.accounts.middleware.TransactionMiddleware",
]

ROOT_URLCONF = "cdmo_portal.urls"
WSGI_APPLICATION = "cdmo_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "cdmo_portal.look.forms.PortalFormRenderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "cdmo_portal.accounts.context.actor",
            ],
            "builtins": ["cdmo_portal.look.templatetags.look", "cdmo_portal.look.templatetags.charts"],
        },
    }
]

# --- database: PostgreSQL 18, as a role that is neither superuser nor BYPASSRLS --------------------------


def database(url: str, *, pool_size: int) -> dict[str, Any]:
    """Django's settings for a `postgresql://user:password@host:port/name?host=/socket/folder` address."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    options: dict[str, Any] = {"connect_timeout": 5}
    if "sslmode" in query:
        options["sslmode"] = query["sslmode"][0]
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10, "max_idle": 120}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query["host"][0] if "host" in query else (parts.hostname or ""),
        "PORT": query["port"][0] if "port" in query else str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool_size else 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASE_URL = env("DATABASE_URL", "postgresql://cdmo_app@localhost/cdmo")
DATABASE_APP_ROLE = env("DATABASE_APP_ROLE", "cdmo_app")
# A pool does not survive a fork, so only the web server (threads) asks for one; workers keep a connection.
DATABASES = {"default": database(DATABASE_URL, pool_size=int(env("DATABASE_POOL_SIZE", "0")))}

# --- sign-in -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "cdmo_portal.accounts.sign_up.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Many people of an organisation share one address on the internet; a way to its own server tries no password.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "sign_on": "300/m/ip"}
# Or everybody behind the proxy would share the limits of its address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("NUM_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
INVITATION_DAYS = 14
ACCOUNT_FORMS = {
    "login": "cdmo_portal.sign_on.forms.SignInForm",
    "signup": "cdmo_portal.sign_on.forms.SignUpForm",
    "add_email": "cdmo_portal.sign_on.forms.AddAddressForm",
}
# Sign-in servers of organisations (docs/sign_in.md); what is wrong with the variable stops every process.
SSO_PROVIDERS, SSO_PROBLEMS = identity_providers.read(env("SSO_PROVIDERS"))
SSO_DEADLINE_SECONDS = float(env("SSO_DEADLINE_SECONDS", "5"))
SOCIALACCOUNT_ADAPTER = "cdmo_portal.sign_on.adapters.SocialAccountAdapter"

# --- security ------------------------------------------------------------------------------------------

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    # A form here leads to an organisation's sign-in by a redirect, which counts as where the form goes.
    "form-action": [CSP.SELF, *sorted({origin for each in SSO_PROVIDERS for origin in each.origins})],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = IS_HTTPS and env_bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cdmo_portal.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["cdmo_portal.documents.uploads.BoundedUploadHandler"]
# Keys of MultiFernet for feed headers and webhook secrets, newest first; the first one encrypts.
FIELD_ENCRYPTION_KEYS = env_list("FIELD_ENCRYPTION_KEYS")
# host[:port] or network entries that outgoing requests may reach although they are private; empty by default.
OUTGOING_ALLOW_LIST = env_list("OUTGOING_ALLOW_LIST")

# --- language, time, files, mail -----------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(BASE_DIR / ".local" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO or DEBUG
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(BASE_DIR / ".local" / "media")))
# The demo keeps its mails in the database and shows them on a page; nothing leaves the machine.
SMTP: dict[str, Any] = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": env("SMTP_HOST", "localhost"),
        "port": int(env("SMTP_PORT", "25")),
        "username": env("SMTP_USER"),
        "password": env("SMTP_PASSWORD"),
        "use_tls": env_bool("SMTP_TLS"),
        "timeout": 10,
    },
}
MAILERS = {"default": {"BACKEND": "cdmo_portal.events.mail.KeepingBackend"} if DEMO else SMTP}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "CDMO Portal <no-reply@portal.example>")

# --- cache and jobs ------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "cdmo_portal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
# One number rules the others: a task is stopped before its message becomes visible to another worker.
TASK_SECONDS = int(env("TASK_SECONDS", "60"))
# kombu writes a Redis address on a Unix socket with its own scheme.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = TASK_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = TASK_SECONDS - 10
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": TASK_SECONDS * 3,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "health_check_interval": 15,
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "accounts.*": {"queue": "deliveries"},
    "partners.*": {"queue": "feeds"},
    "events.*": {"queue": "deliveries"},
    # Before the pattern of its app: webhooks do not wait for matches.
    "matching.tell_webhooks": {"queue": "deliveries"},
    "matching.*": {"queue": "matching"},
    "people.*": {"queue": "deliveries"},
}
# Web processes and workers hold the facts of all sites and follow their changes.
MATCHING_KEEPS_FACTS = env_bool("MATCHING_KEEPS_FACTS", default=True)
# A worker has a feed for the lease, and asks its address within the deadline, which is less than half of it.
FEED_LEASE_SECONDS = int(env("FEED_LEASE_SECONDS", "60"))
FEED_DEADLINE_SECONDS = float(env("FEED_DEADLINE_SECONDS", "20"))
# Feeds that one process reads at once, each in a thread with a database connection of its own.
FEED_THREADS = int(env("FEED_THREADS", "8"))
# As for feeds: a receiver of webhooks has to answer within the deadline, less than half of the lease.
WEBHOOK_LEASE_SECONDS = int(env("WEBHOOK_LEASE_SECONDS", "45"))
WEBHOOK_DEADLINE_SECONDS = float(env("WEBHOOK_DEADLINE_SECONDS", "15"))
# Webhooks that one process sends at once.
WEBHOOK_THREADS = int(env("WEBHOOK_THREADS", "8"))
PUMP_SECONDS = float(env("PUMP_SECONDS", "5"))
# Rows that the API applies while the caller waits; more become a job.
BULK_ROWS_AT_ONCE = int(env("BULK_ROWS_AT_ONCE", "500"))
# Between two looks at an open brief in the background: it is matched again that often at most.
MATCHING_AGAIN_SECONDS = float(env("MATCHING_AGAIN_SECONDS", "300"))
# Between two looks at a saved search whose news is told at once; others are looked at ten times more seldom.
SEARCH_AGAIN_SECONDS = float(env("SEARCH_AGAIN_SECONDS", "60"))


def every(seconds: float, task: str) -> dict[str, Any]:
    """A line of the schedule; a message that nobody took before the next ones came is dropped."""
    expires = min(seconds * 2, 1800.0)
    return {"task": task, "schedule": seconds, "options": {"expires": expires}}


HOUR = 3600.0
CELERY_BEAT_SCHEDULE = {
    "pump feeds": every(PUMP_SECONDS, "partners.pump_feeds"),
    "pump deliveries": every(PUMP_SECONDS, "events.pump_deliveries"),
    "tell webhooks": every(PUMP_SECONDS, "matching.tell_webhooks"),
    "send webhooks": every(PUMP_SECONDS, "events.send_webhooks"),
    "run jobs": every(PUMP_SECONDS, "partners.run_jobs"),
    "catch up search": every(PUMP_SECONDS, "partners.catch_up_search"),
    "tell alerts": every(PUMP_SECONDS * 2, "partners.tell_alerts"),
    "match open briefs again": every(PUMP_SECONDS * 4, "matching.rerun_outdated"),
    "tell of comments": every(PUMP_SECONDS * 4, "matching.tell_of_comments"),
    "remind keepers": every(PUMP_SECONDS * 4, "partners.remind_keepers"),
    "count demand": every(HOUR, "matching.count_demand"),
    "tell of ending keys": every(HOUR, "people.tell_of_ending_keys"),
    "forget answers": every(HOUR, "accounts.forget_answers"),
    "forget files": every(HOUR, "partners.forget_files"),
    "forget imports": every(HOUR, "partners.forget_imports"),
    "forget webhooks": every(HOUR, "events.forget_webhooks"),
}

# --- REST API ------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cdmo_portal.accounts.api.authentication.APIKeyAuthentication",
        "cdmo_portal.accounts.api.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cdmo_portal.accounts.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cdmo_portal.accounts.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "cdmo_portal.accounts.api.pagination.UidCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["cdmo_portal.accounts.api.filters.StrictFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["cdmo_portal.accounts.api.throttles.ActorThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "key": env("API_RATE_KEY", "600/min"),
        "organisation": env("API_RATE_ORGANISATION", "3000/min"),
        "anonymous": "30/min",
    },
    "DEFAULT_SCHEMA_CLASS": "cdmo_portal.accounts.api.description.Description",
    "EXCEPTION_HANDLER": "cdmo_portal.accounts.api.problems.problem_response",
    "NUM_PROXIES": int(env("NUM_PROXIES", "0")),
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Origins whose pages may call the API, with a key: a session's cookie is never taken from another origin.
CORS_ALLOWED_ORIGINS = env_list("API_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "Deprecation",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "X-Request-ID",
]
# How long the answer to a call with an Idempotency-Key is kept, and how long a repeated call waits for it.
IDEMPOTENCY_HOURS = float(env("IDEMPOTENCY_HOURS", "24"))
IDEMPOTENCY_WAIT_SECONDS = float(env("IDEMPOTENCY_WAIT_SECONDS", "5"))
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "CDMO Portal API",
    "VERSION": "1.1.0",
    "DESCRIPTION": "Find CDMO sites, read their capabilities and capacity, match a brief and see why.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SORT_OPERATIONS": True,
    # Columns of one name with different choices; names made up for them would change with each other.
    "ENUM_NAME_OVERRIDES": {
        "APIKeyStateEnum": "cdmo_portal.accounts.models.APIKey.State",
        "AudienceEnum": "partners.models.Audience",
        "BasisEnum": "partners.models.Basis",
        "BriefStateEnum": "matching.models.Brief.State",
        "CapacitySourceEnum": "partners.models.Line.Source",
        "FeedStateEnum": "partners.models.Feed.State",
        "ConfirmationKindEnum": "partners.models.Confirmation.Kind",
        "HazardScopeEnum": "partners.models.Hazard.Scope",
        "InspectionOutcomeEnum": "partners.models.InspectionOutcome.Outcome",
        "InterestStateEnum": "matching.api.interest_serializers.STATES",
        "OrganisationKindEnum": "cdmo_portal.accounts.models.Organisation.Kind",
        "OrganisationStateEnum": "cdmo_portal.accounts.models.Organisation.State",
        "ReaderAgreementKindEnum": "partners.models.ReaderAgreement.Kind",
        "RecordAgreementKindEnum": "partners.models.PrivateAgreement.Kind",
        "RecordStatusEnum": "partners.models.PrivateRecord.Status",
        "RefreshOutcomeEnum": "partners.models.Refresh.Outcome",
        "RequirementKindEnum": "matching.models.Requirement.Kind",
        "RequirementScopeEnum": "matching.models.Requirement.Scope",
        "ReviewItemKindEnum": "partners.api.review_views.KINDS",
        "StandingEnum": "matching.scoring.eligibility.Standing",
        "StepEnum": "matching.models.Step.Kind",
        "WebhookDeliveryStateEnum": "cdmo_portal.events.models.WebhookDelivery.State",
        "WebhookEndpointStateEnum": "cdmo_portal.events.models.WebhookEndpoint.State",
        "WebhookTypeEnum": "cdmo_portal.events.webhook_types.CODES",
        "WindowStateEnum": "partners.models.CapacityWindow.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cdmo_portal.accounts.api.description.say_it_in_3_1",
        "cdmo_portal.accounts.api.schema.add_manners",
        "cdmo_portal.accounts.api.examples.add_examples",
    ],
}

# --- logs: one JSON object a line, with the request's id -------------------------------------------------

LOG_LEVEL = env("LOG_LEVEL", "INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cdmo_portal.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # Its warnings write whole addresses, query included.
        "urllib3": {"level": "ERROR"},
    },
}
