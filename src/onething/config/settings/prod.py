"""A real installation behind a reverse proxy that speaks TLS. What is missing stops the start with a sentence."""

from onething.config.settings import base
from onething.config.settings.base import *  # noqa: F403  # what every environment has in common

DEBUG = False
SECRET_KEY = base.env.text("ONETHING_SECRET_KEY", what="50 or more random characters, kept secret and unchanged")
ONETHING_CONTENT_KEY = base.env.text(
    "ONETHING_CONTENT_KEY", what="32 or more random characters; files are named with it, so it may never change"
)
ALLOWED_HOSTS = base.env.words("ONETHING_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]
ONETHING_DEMO = base.env.flag("ONETHING_DEMO", default=False)
DATABASES = base.databases(pool=True)

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = base.env.flag("ONETHING_TLS_REDIRECT", default=True)
SECURE_HSTS_SECONDS = base.env.number("ONETHING_HSTS_SECONDS", 3600, low=0, high=63_072_000)

# Messages beside those in the product. A demonstration sends nothing, whatever stands here.
EMAIL_HOST = base.env.text("EMAIL_HOST", "")
EMAIL_PORT = base.env.number("EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = base.env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = base.env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = base.env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = base.env.flag("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_TIMEOUT = base.env.number("EMAIL_TIMEOUT", 10, low=1, high=60)
if EMAIL_HOST:
    DEFAULT_FROM_EMAIL = base.env.text("EMAIL_FROM", what="the address that mails come from")
if not ONETHING_DEMO:
    ONETHING_ADAPTERS = {
        "email": "onething.messages.adapters.mail.Mail" if EMAIL_HOST else "",
        "sms": base.env.text("ONETHING_SMS_ADAPTER", ""),
    }
if ONETHING_ADAPTERS["sms"] == "onething.messages.adapters.gateway.Gateway":
    ONETHING_SMS_URL = base.env.text("ONETHING_SMS_URL", what="the https address that takes short messages")
    ONETHING_SMS_KEY = base.env.text("ONETHING_SMS_KEY", what="the key the gateway knows us by")
