"""Development and demonstration: what `onething run` starts. Only for one machine's own address."""

from onething.config.secrets import kept_secret
from onething.config.settings import base
from onething.config.settings.base import *  # noqa: F403  # what every environment has in common

DEBUG = base.env.flag("ONETHING_DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY = kept_secret(base.STATE_DIR / "secret-key")
ONETHING_CONTENT_KEY = kept_secret(base.STATE_DIR / "content-key")
ONETHING_DEMO = base.env.flag("ONETHING_DEMO", default=True)
DATABASES = base.databases(pool=True)
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:
    STORAGES = {
        **base.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
