"""The settings of a measured installation: those of `onething run`, with an empty page and an idle job to compare with."""

from onething.config.settings import dev
from onething.config.settings.dev import *  # noqa: F403  # what every environment has in common

ROOT_URLCONF = "onething.bench.urls"
INSTALLED_APPS = [*dev.INSTALLED_APPS, "onething.bench"]
