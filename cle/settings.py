"""Django settings. Everything that differs between installations comes from the environment (``cle.core.env``)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from cle.admin_menu import COLORS, MENU
from cle.core.env import kept_secret, read_env
from cle.database import database
from cle.logs import logging_of
from cle.organisation import form_targets, organisation_login
from cle.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = read_env()
VAR = ENV.cle_var if ENV.cle_var.is_absolute() else BASE_DIR / ENV.cle_var
PRODUCTION = ENV.cle_env == "production"

DEBUG = ENV.cle_debug and not PRODUCTION
SECRET_KEY = ENV.secret_key or kept_secret(VAR)
SECRET_KEY_FALLBACKS = list(ENV.secret_key_fallbacks)
KEYS_FOLDER = VAR / "keys"
ARCHIVES_FOLDER = VAR / "files" / "archives"
FIELD_KEYS = ENV.field_keys or (kept_secret(VAR, "field_keys"),)
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.csrf_trusted_origins)
SMALLEST_COUNT = ENV.smallest_count
PUBLIC_URL = ENV.public_url.rstrip("/")

INSTALLED_APPS = [
    "cle",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "advocates",
    "courses",
    "compliance",
]
MIDDLEWARE = [
    "cle.metrics.requests.measured",
    "cle.core.addresses.without_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cle.policy.looser_policy_for_packages",
    "cle.policy.careful_answers",
    "cle.core.throttle.rate_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "advocates.acting_online.know_who_acts",
    "allauth.account.middleware.AccountMiddleware",
    "advocates.local_time.local_time_for_staff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "advocates.login.second_factor.second_factor_for_staff",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "cle.urls"
WSGI_APPLICATION = "cle.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cle" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASES = {
    "default": database(ENV.database_url, ENV.database_password, VAR / "postgres", ENV.database_connection_seconds)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Counts alone: who waits for them longer than a moment goes on without.
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    }
    if ENV.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Answers to strangers, in each process by itself; some 60 kB each at the most.
    "answers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "answers",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

CELERY_BROKER_URL = ENV.broker_url or ENV.redis_url or "memory://"
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == "memory://"  # without a broker, tasks run in the calling process
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A killed worker's message comes back after the timeout, which must exceed the longest task. By default kombu
# looks for such messages only every 100 seconds; look at each interval instead.
# RabbitMQ notices by itself; its own limit on an unacknowledged message, 30 minutes, is long enough.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 1200, "unacked_restore_interval": 10, "unacked_restore_throttle": 1,
        # A host that is gone says nothing: nobody waits for its answer for ever.
        "socket_connect_timeout": 2, "socket_timeout": 10, "socket_keepalive": True,
    }
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)  # fmt: skip
# Whoever asks for work at the web waits for the queue no longer than this; the work is a row, and is found again.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0, "interval_max": 0.1}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker without a queue waits for it, however long
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = not PRODUCTION  # there LOGGING holds for workers too
LOGGING = logging_of(production=PRODUCTION)

AUTH_USER_MODEL = "advocates.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "advocates.login.passwords.NotAboutTheAccount"},
    {"NAME": "advocates.login.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "advocates.login.passwords.NotCommon"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
SESSION_ENGINE = "advocates.login.sessions"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SECOND_WALL = ENV.cle_second_wall
STAFF_SECOND_FACTOR = ENV.cle_staff_second_factor or ("required" if PRODUCTION else "optional")

ACCOUNT_ADAPTER = "advocates.login.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are those that a bar knows
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
PASSWORD_RESET_TIMEOUT = 86_400
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
# Attempts from an address are counted by advocates.login.views.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/m/ip,5/300s/key", "reset_password": "3/300s/key"}
MFA_ADAPTER = "advocates.login.secrets.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "CLE tracker"
MFA_TOTP_TOLERANCE = 1  # half minutes either way: codes run out while they are typed, clocks differ (RFC 6238, 5.2)
SOCIALACCOUNT_ADAPTER = "advocates.login.organisation.OrganisationAdapter"
SOCIALACCOUNT_PROVIDERS = organisation_login(ENV)

LANGUAGE_CODE = ENV.cle_language
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cle" / "locale"]
FORMAT_MODULE_PATH = ["cle.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {
        "BACKEND": "cle.core.whole_files.WholeFiles",
        "OPTIONS": {
            "location": VAR / "files",  # under no address of the web server, and read by this account alone
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION  # without collectstatic while trying things out
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map"]

EMAIL_BACKEND = (
    "cle.mail_api.ApiBackend" if ENV.mail_api_url
    else "cle.mail.SmtpBackend" if ENV.smtp_host
    else "cle.mail.FolderBackend"
)  # fmt: skip
EMAIL_FOLDER = ENV.mail_folder or VAR / "mail"
EMAIL_HOST = ENV.smtp_host
EMAIL_PORT = ENV.smtp_port
EMAIL_HOST_USER = ENV.smtp_user
EMAIL_HOST_PASSWORD = ENV.smtp_password
EMAIL_USE_TLS = ENV.smtp_security == "starttls"
EMAIL_USE_SSL = ENV.smtp_security == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = ENV.mail_from
MAIL_PER_HOUR, MAIL_PER_DAY, MAIL_LIMITS = ENV.mail_per_hour, ENV.mail_per_day, ENV.mail_limits
MAIL_API_URL, MAIL_API_TOKEN, MAIL_API_BODY = ENV.mail_api_url, ENV.mail_api_token, ENV.mail_api_body
MAIL_API_ID, MAIL_API_LOOKUP_URL, MAIL_API_FOUND = ENV.mail_api_id, ENV.mail_api_lookup_url, ENV.mail_api_found
MAIL_WEBHOOK_SECRET, MAIL_WEBHOOK_SIGNATURE = ENV.mail_webhook_secret, ENV.mail_webhook_signature
MAIL_WEBHOOK_TOKEN = ENV.mail_webhook_token
MAIL_WEBHOOK_FIELDS, MAIL_WEBHOOK_KINDS = ENV.mail_webhook_fields, ENV.mail_webhook_kinds
MAILBOX_HOST, MAILBOX_PORT, MAILBOX_SECURITY = ENV.mailbox_host, ENV.mailbox_port, ENV.mailbox_security
MAILBOX_USER, MAILBOX_PASSWORD = ENV.mailbox_user, ENV.mailbox_password
MAILBOX_FOLDER, MAILBOX_SENT_FOLDER = ENV.mailbox_folder, ENV.mailbox_sent_folder

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": form_targets(ENV),
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
    }
}
CSRF_FAILURE_VIEW = "cle.failures.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if PRODUCTION:  # browsers take such a cookie only over TLS, for this host alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(healthz|livez|readyz|metrics)$"]  # asked inside, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if ENV.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "compliance.api.authentication.TokenAuthentication",
        "compliance.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "cle.core.parsing.BoundedJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cle.core.negotiation.OneForm",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "cle.core.openapi.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["cle.core.throttle.ApiThrottle"],
    "EXCEPTION_HANDLER": "cle.core.problems.problem_response",
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "CLE tracker",
    "DESCRIPTION": "Continuing legal education of advocates. Errors are problem documents (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "SessionStateEnum": "courses.models.SessionState.choices",
        "CourseStateEnum": "courses.models.CourseState.choices",
        "CaseStateEnum": "compliance.models.CaseState.choices",
        "CertificateKindEnum": "compliance.models.CertificateKind.choices",
        "CertificateStateEnum": ["valid", "revoked", "replaced"],
        "ImportStateEnum": "advocates.models.ImportState.choices",
        "ClaimStateEnum": "courses.models.ClaimState.choices",
        "PresenceCodeEnum": "courses.queries.presence.How.choices",
        "PresenceKindEnum": "courses.queries.presence.Kind.choices",
        "RegistrationStateEnum": "courses.models.RegistrationState.choices",
        "JobStateEnum": "compliance.models.jobs.JobState.choices",
        "NoticeStateEnum": "compliance.models.NoticeState.choices",
        "AdvocateStatusEnum": "advocates.models.Status.choices",
        "StandingStatusEnum": "compliance.models.standings.StandingStatus.choices",
        "TranscriptStateEnum": "compliance.api.transcripts.STATES",
        "ImportOutcomeEnum": "advocates.models.Outcome.choices",
        "ObjectionOutcomeEnum": "compliance.models.asked.ObjectionOutcome.choices",
        "CorrectionOutcomeEnum": "compliance.models.asked.CorrectionOutcome.choices",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cle.core.openapi.with_problems",
        "compliance.api.schema.with_rules",
    ],
}

UNFOLD = {
    "SITE_TITLE": _("CLE tracker"),
    "SITE_HEADER": _("CLE tracker"),
    "SITE_URL": "/",
    "SHOW_LANGUAGES": True,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("cle/mark.svg")}],
    "COLORS": COLORS,
    "DASHBOARD_CALLBACK": "cle.admin_menu.dashboard",
    "SIDEBAR": {"navigation": MENU, "show_search": False},
}
