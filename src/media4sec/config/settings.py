"""Django's settings, read from env.py; operators turn MEDIA4SEC_* variables, never this file."""

import sys
from email.utils import formataddr
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from media4sec.config.env import read_env
from media4sec.config.rooms import OPEN_ROOMS

env = read_env()
TESTING = "pytest" in sys.modules
HOME = env.home
HTTPS = env.url.startswith("https://")

SECRET_KEY = env.secret
DEBUG = env.debug
SITE_URL = env.url
SITE_NAME = env.name
CONTACT = env.contact
SIGNUP = env.signup
GUEST_REPLIES = env.guest_replies
UPLOAD_BYTES = env.upload_mb * 1024 * 1024
FEDERATION = env.federation in {"on", "home"} or (env.federation == "auto" and HTTPS)
#: Also ask servers on private networks, and without https: only for developers.
OUTGOING_HOME = env.federation == "home"
PAGE_CACHE_SECONDS = 0 if TESTING else env.page_cache
RATE_LIMITS = env.rate_limits and not TESTING
TRUSTED_PROXIES = env.trusted_proxies
ALLOWED_HOSTS = (
    ["*"]
    if DEBUG
    else [
        urlsplit(env.url).hostname,
        "127.0.0.1",
        "localhost",
        *filter(None, env.hosts.split(",")),
    ]
)
CSRF_TRUSTED_ORIGINS = [env.url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "rules",
    "modelsearch",
    "django_tasks",
    "django_tasks_db",
    "media4sec.kit",
    *OPEN_ROOMS,
    "media4sec.site",
    # After our rooms, so that our templates win.
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "media4sec.kit.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "media4sec.kit.io_views.body_limit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "media4sec.kit.pagecache.guest_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "media4sec.kit.middleware.refusals",
]

ROOT_URLCONF = "media4sec.config.urls"
WSGI_APPLICATION = "media4sec.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "media4sec.kit.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "media4sec.kit.templatetags.kit",
            ],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(env.database_url, conn_max_age=0)}
_db = DATABASES["default"]
if _db["ENGINE"] == "django.db.backends.sqlite3":
    _db["CONN_MAX_AGE"] = None
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000;"
        ),
    }
elif not TESTING:
    _db["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.threads + 2, "timeout": 10},
        # Our questions are short: putting them into machine code took ten times their answer.
        "options": "-c jit=off",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # It holds the counts of kit.ratelimit: a full cache would forget who asks too often.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend",
        "ENQUEUE_ON_COMMIT": not TESTING,
    }
}
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "media4sec.site.index"}}

# -- Who signs in, and how ---------------------------------------------------
AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "media4sec.members.sessions.SignIn",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "media4sec.members.passwords.StrengthValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "media4sec.members.adapters.AccountAdapter"
MFA_ADAPTER = "media4sec.members.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_USER_DISPLAY = "media4sec.members.adapters.shown_name"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS else False
_forms = "media4sec.members.forms.accounts"
ACCOUNT_FORMS = {
    "login": f"{_forms}.LoginForm",
    "signup": f"{_forms}.SignupForm",
    "add_email": f"{_forms}.AddEmailForm",
    "change_password": f"{_forms}.ChangePasswordForm",
    "set_password": f"{_forms}.SetPasswordForm",
    "reset_password": f"{_forms}.ResetPasswordForm",
    "reset_password_from_key": f"{_forms}.ResetPasswordKeyForm",
    "reauthenticate": f"{_forms}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_forms}.AuthenticateForm",
    "reauthenticate": f"{_forms}.ReauthenticateByCodeForm",
    "activate_totp": f"{_forms}.ActivateTOTPForm",
    "add_webauthn": f"{_forms}.AddWebAuthnForm",
    "edit_webauthn": f"{_forms}.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False

# -- What browsers are told --------------------------------------------------
SESSION_ENGINE = "media4sec.members.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS and not TRUSTED_PROXIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
CSRF_FAILURE_VIEW = "media4sec.kit.views.stale_form"
FORM_RENDERER = "media4sec.kit.forms.Renderer"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "media4sec.kit.incoming.Incoming",
]

# -- Words, time, files, mail ------------------------------------------------
LANGUAGE_CODE = env.language
LANGUAGES = [("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = env.time_zone
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [HOME / "assets"]
MEDIA_ROOT = HOME / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 31_536_000
_mail = urlsplit(env.mail_url)
if _mail.scheme == "file":
    EMAIL_BACKEND = "media4sec.kit.mail.EmlFiles"
    EMAIL_FILE_PATH = HOME / "mail"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
        unquote(_mail.username or ""),
        unquote(_mail.password or ""),
    )
    EMAIL_USE_SSL, EMAIL_USE_TLS = (
        _mail.scheme == "smtps",
        _mail.scheme == "smtp" and bool(_mail.username),
    )
    EMAIL_TIMEOUT = 20
# A name such as MEDI@4SEC needs quotes around it, or no mail server takes the letter.
_sender = env.mail_from.rpartition("<")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = formataddr((_sender[0].strip(' "'), _sender[2].strip("> ")))
MAIL_RETURN = env.mail_return
#: Letters are sent by the worker; in tests at once.
MAIL_AT_ONCE = TESTING

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": env.log_level},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        # It says at length when it is told to stop.
        "django_tasks_db": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W021", "staticfiles.W004"]
