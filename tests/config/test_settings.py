"""The three environments, each loaded in a process of its own as a server loads it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

PRINT = "from django.conf import settings as s; print(s.DEBUG, s.ONETHING_DEMO, len(s.SECRET_KEY) >= 40)"
PROD = {
    "ONETHING_SECRET_KEY": "".join(map(chr, range(48, 112))),
    "ONETHING_CONTENT_KEY": "c" * 50,
    "ONETHING_ALLOWED_HOSTS": "onething.example",
    "DATABASE_URL": "postgres://u:p@127.0.0.1/onething",
}


def load(name: str, statement: str = PRINT, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ONETHING_", "DATABASE_URL"))}
    env = {**clean, **variables, "DJANGO_SETTINGS_MODULE": f"onething.config.settings.{name}"}
    return subprocess.run([sys.executable, "-c", statement], env=env, check=False, capture_output=True, text=True)


def test_production_starts_with_all_it_needs() -> None:
    assert load("prod", **PROD).stdout == "False False True\n"


def test_production_refuses_to_start_when_anything_is_missing() -> None:
    without_each = (
        "import os, runpy\n"
        f"for name in {sorted(PROD)}:\n"
        "    value = os.environ.pop(name)\n"
        "    try: runpy.run_module('onething.config.settings.prod')\n"
        "    except RuntimeError as error: print(str(error).split()[1].strip(';'))\n"
        "    os.environ[name] = value\n"
    )
    answer = load("prod", without_each, **PROD)
    assert answer.stdout.splitlines() == sorted(PROD), answer.stderr


def test_django_finds_nothing_to_warn_about_in_production() -> None:
    check = "import django; django.setup(); from django.core.management import call_command as c; c('check', deploy=True, fail_level='WARNING')"
    answer = load("prod", check, **PROD, ONETHING_HSTS_SECONDS="31536000")
    kept = [line for line in answer.stderr.splitlines() if "security.W" in line]
    # Subdomains and preload lists are the operator's to decide (W005, W021); the reviewer's page frames materials (W019).
    assert [line for line in kept if not any(code in line for code in ("W005", "W019", "W021"))] == []


def test_development_makes_its_own_secrets_for_its_owner_only(tmp_path: Path) -> None:
    variables = {"ONETHING_STATE": str(tmp_path), "DATABASE_URL": PROD["DATABASE_URL"]}
    read = "from django.conf import settings as s; print(s.SECRET_KEY, s.ONETHING_CONTENT_KEY)"
    first, second = (load("dev", read, **variables).stdout.split() for _ in range(2))
    assert first == second
    assert first[0] != first[1]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_texts_leave_only_a_real_installation_that_was_told_by_what() -> None:
    read = "from django.conf import settings as s; print(*s.ONETHING_ADAPTERS.values(), sep=',')"
    mail = {"EMAIL_HOST": "mail.example", "EMAIL_FROM": "told@city.example"}
    kept = "onething.messages.adapters.kept.Kept"
    assert load("prod", read, **PROD).stdout == ",\n"
    assert load("prod", read, **PROD, **mail).stdout == "onething.messages.adapters.mail.Mail,\n"
    assert load("prod", read, **PROD, **mail, ONETHING_DEMO="1").stdout == f"{kept},{kept}\n"
    assert load("prod", read, **PROD, ONETHING_SMS_ADAPTER="city.Sms").stdout == ",city.Sms\n"
    gateway = {"ONETHING_SMS_ADAPTER": "onething.messages.adapters.gateway.Gateway"}
    assert "ONETHING_SMS_URL" in load("prod", read, **PROD, **gateway).stderr
    assert "EMAIL_FROM" in load("prod", read, **PROD, EMAIL_HOST="mail.example").stderr
