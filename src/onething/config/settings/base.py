"""What is the same in every environment."""

from pathlib import Path
from typing import Any

import django_stubs_ext

from onething.config.env import Environment
from onething.config.folders import home_folder, state_folder

# Generic classes such as QuerySet["Item"] are written at run time too.
django_stubs_ext.monkeypatch()

env = Environment()

BASE_DIR = home_folder(env)
STATE_DIR = state_folder(env)
CATALOGUE_DIR = env.folder("ONETHING_CATALOGUE", BASE_DIR / "catalogue")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "onething.kit",
    "onething.audit",
    "onething.files",
    "onething.parties",
    "onething.catalogue",
    "onething.notice",
    "onething.oneform",
    "onething.materials",
    "onething.cases",
    "onething.documents",
    "onething.delivery",
    "onething.dispatch",
    "onething.feedback",
    "onething.intake",
    "onething.exchange",
    "onething.messages",
    "onething.activities",
    "onething.submission",
    "onething.web.ui",
    "onething.web.accounts",
    "onething.web.public",
    "onething.web.review",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "onething.config.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onething.config.middleware.sign_in_expiry",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "onething.config.middleware.content_security_policy",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "onething.config.urls"
WSGI_APPLICATION = "onething.config.wsgi.application"


TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "onething.web.ui.jinja.environment"},
    }
]


def databases(*, pool: bool, default: str | None = None) -> dict[str, dict[str, Any]]:
    """The one database. The pool keeps connections between requests; one connection per request costs four fifths of the speed."""
    entry: dict[str, Any] = {**env.database(default=default), "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0}
    entry["OPTIONS"] = {"connect_timeout": "5", "application_name": "onething", **entry["OPTIONS"]}
    if env.flag("ONETHING_PREPARED_STATEMENTS", default=True):
        # The database plans a statement it has seen a few times no more; planning the reads of a page takes longer than they do.
        entry["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
    if pool:
        size = env.number("ONETHING_POOL_SIZE", 8, low=1, high=200)
        entry["OPTIONS"]["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
    return {"default": entry}


DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = ["onething.web.accounts.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "ys_language"
# Words of pages stand with the pages, words of the catalogue with the catalogue; a catalogue without translations is fine.
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale", CATALOGUE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES: dict[str, dict[str, Any]] = {
    # Uploaded content has no address of its own: only a view that asked who is looking hands it out.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(STATE_DIR / "files"), "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Limits that a page tells before anybody chooses a file (R2.5.c).
ONETHING_FILE_MAX_BYTES = env.number("ONETHING_FILE_MAX_BYTES", 20 * 1024 * 1024, low=64 * 1024, high=200 * 1024 * 1024)
ONETHING_FILE_MAX_PAGES = env.number("ONETHING_FILE_MAX_PAGES", 60, low=1, high=1000)
ONETHING_FILE_TYPES = ["application/pdf", "application/ofd", "image/jpeg", "image/png", "image/heic"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# The city whose catalogue this is: what a page counts with before anybody has said where.
ONETHING_CITY = env.text("ONETHING_CITY", "321200000000")

# How many working days a body has to send back what is not its own; the city's choice (R2.8.b/3), no law says it.
ONETHING_RETURN_DAYS = env.number("ONETHING_RETURN_DAYS", 1, low=0, high=10)

# How many working days an applicant has to say whether to go on after a refusal; the city's choice (R2.8.e/2).
ONETHING_CHOICE_DAYS = env.number("ONETHING_CHOICE_DAYS", 10, low=1, high=60)

# After how many working days without a word of a case a body's own system is shown as silent (R2.8.c/3); the city's choice.
ONETHING_SILENCE_DAYS = env.number("ONETHING_SILENCE_DAYS", 1, low=1, high=30)

# Correction rounds (R2.7). What the law leaves open is the city's choice: by which working day after receipt departments
# have entered what is to be corrected (the notice itself is due within five), how long the applicant has to answer, and how
# long before that day the reminder comes.
ONETHING_FINDINGS_DAYS = env.number("ONETHING_FINDINGS_DAYS", 3, low=1, high=5)
ONETHING_CORRECTION_ANSWER_DAYS = env.number("ONETHING_CORRECTION_ANSWER_DAYS", 15, low=1, high=250)
ONETHING_CORRECTION_REMINDER_DAYS = env.number("ONETHING_CORRECTION_REMINDER_DAYS", 3, low=1, high=60)
# Where people reach the pages, for links in what is sent to them; without it they are told to sign in, and no link.
ONETHING_SITE_URL = env.text("ONETHING_SITE_URL", "").rstrip("/")
# For how long the same kind of news of a case in the same state is not sent again. The city's choice, no law says it.
ONETHING_REPEAT_MINUTES = env.number("ONETHING_REPEAT_MINUTES", 60, low=1, high=24 * 60)
# After how many working days somebody is reminded of a result that nobody has looked at. The city's choice, no law says it.
ONETHING_WAITING_RESULT_DAYS = env.number("ONETHING_WAITING_RESULT_DAYS", 5, low=1, high=60)
# By which class a text leaves the product, for each channel; none is sent by a channel without one (see messages/adapters).
# Here: kept in a table, so that nothing leaves a development machine or a demonstration.
ONETHING_ADAPTERS = dict.fromkeys(("email", "sms"), "onething.messages.adapters.kept.Kept")
# For adapters.gateway, which a real installation may choose.
ONETHING_SMS_URL = ""
ONETHING_SMS_KEY = ""
# When several bodies visit together (联合勘验): the halves of a working day, how many working days a time is looked for, and how
# many natural days of notice everybody gets. All of it is the city's choice; no law fixes it.
ONETHING_VISIT_HOURS = [("09:00", "11:30"), ("14:00", "17:00")]
ONETHING_VISIT_DAYS = env.number("ONETHING_VISIT_DAYS", 10, low=1, high=60)
ONETHING_VISIT_NOTICE_DAYS = env.number("ONETHING_VISIT_NOTICE_DAYS", 1, low=0, high=30)

# Working days within which a body acknowledges what another place accepted for it (R3.1.g). The city's choice, no law says it.
ONETHING_HANDOVER_DAYS = env.number("ONETHING_HANDOVER_DAYS", 1, low=1, high=10)

# A visitor's session lasts as long as a draft is kept; the sign-in inside it ends much sooner.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
ONETHING_DRAFT_DAYS = 90
SESSION_COOKIE_AGE = ONETHING_DRAFT_DAYS * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "onething.web.ui.views.csrf_failure"
ONETHING_SIGN_IN_HOURS = env.number("ONETHING_SIGN_IN_HOURS", 12, low=1, high=24 * 30)
LOGIN_URL = "accounts:sign_in"

# The reviewer's page shows a material inside itself, so its own origin may frame it.
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# A demonstration says so on every page and accepts only identity numbers with a wrong check digit.
ONETHING_DEMO = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("ONETHING_LOG_LEVEL", "INFO").upper()},
    "loggers": {"django.db.backends": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
