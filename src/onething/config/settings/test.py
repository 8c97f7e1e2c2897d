"""Tests: no pool (each test database is dropped at the end), quick password hashes, files in a folder of the run."""

import os
import tempfile
from pathlib import Path

from onething.config.settings import base
from onething.config.settings.base import *  # noqa: F403  # what every environment has in common

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = "not-a-secret-only-tests-use-this-key-0123456789"  # noqa: S105  # its own text says that it protects nothing
ONETHING_CONTENT_KEY = "not-a-secret-only-tests-use-this-key"
ONETHING_DEMO = True
# The default serves what only reads the settings (types, import contract); the tests themselves are given a database.
DATABASES = base.databases(pool=False, default="postgres://onething@127.0.0.1:5432/onething")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(Path(tempfile.gettempdir()) / f"onething-test-files-{os.getuid()}"),
            "base_url": None,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nobody collected static files for a test: look them up when asked, and say nothing about the folder that is not there.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
