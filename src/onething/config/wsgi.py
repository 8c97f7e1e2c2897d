"""The entry of the web server: `granian --interface wsgi onething.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onething.config.settings.prod")

application = get_wsgi_application()
