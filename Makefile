# Two commands do all set-up: `make run` and `make test`. The rest is for people who change the code.
.POSIX:
.PHONY: help run test lint types unit journeys check policy bench faults lock migrations messages clean
PY = .venv/bin/python

help:
	@echo "make run         everything on http://127.0.0.1:8000 (PORT=8080 for another port)"
	@echo "make test        every check, the browser journeys included"
	@echo "make lint        style, format, types, import contract (no database)"
	@echo "make unit        the tests without a browser"
	@echo "make journeys    the browser journeys"
	@echo "make policy      list the demands: built with a test, or later"
	@echo "make bench       measure (minutes; BENCH=--quick for a look)"
	@echo "make faults      kill -9, systems that misbehave, 200 cases, then count (minutes; FAULTS='--seed 1' repeats one)"
	@echo "make lock        renew requirements.txt and requirements-dev.txt"
	@echo "make migrations  write migrations for changed models"
	@echo "make messages    collect the words of pages for translators, compile what is translated"
	@echo "make clean       remove what tools left behind (never data)"

run:
	@sh scripts/set-up run
	@exec .venv/bin/onething run $${PORT:+--port $$PORT}

test:
	@sh scripts/set-up test
	@$(PY) scripts/stages.py

check: test

lint:
	@sh scripts/set-up test
	@$(PY) scripts/stages.py style format types imports

unit:
	@sh scripts/set-up test
	@$(PY) scripts/stages.py tests

journeys:
	@sh scripts/set-up test
	@$(PY) scripts/stages.py journeys

policy:
	@sh scripts/set-up test
	@$(PY) tests/architecture/test_policy.py

bench:
	@sh scripts/set-up test
	@mkdir -p var/reports
	@$(PY) -m onething.launcher exec --state var/bench --durable -- .venv/bin/onething bench --json var/reports/bench.json $(BENCH)

faults:
	@sh scripts/set-up test
	@mkdir -p var/reports
	@$(PY) -m onething.launcher exec --state var/bench --durable -- .venv/bin/onething faults --json var/reports/faults.json $(FAULTS)

# No address of a package index and no command line gets into the lists.
lock:
	@sh scripts/set-up test
	@for name in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --no-build --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit 1; done

migrations:
	@sh scripts/set-up test
	@$(PY) -m onething.launcher exec -- $(PY) manage.py makemigrations

LOCALE = src/onething/locale
# The texts of these one-things are translated; they stand with the catalogue.
WORDS = catalogue/locale
TRANSLATED = newborn death restaurant-start
BABEL = $(PY) -m babel.messages.frontend -q
messages:
	@sh scripts/set-up test
	@mkdir -p $(LOCALE) var
	@$(BABEL) extract --mapping-file babel.cfg --keywords gettext_lazy --no-location --sort-output --omit-header --output-file var/django.pot .
	@test -f $(LOCALE)/en/LC_MESSAGES/django.po || $(BABEL) init --domain django --input-file var/django.pot --output-dir $(LOCALE) --locale en
	@$(BABEL) update --domain django --input-file var/django.pot --output-dir $(LOCALE) --no-fuzzy-matching --ignore-obsolete
	@$(BABEL) compile --domain django --directory $(LOCALE)
	@$(PY) scripts/catalogue_words.py var/catalogue.pot $(TRANSLATED)
	@mkdir -p $(WORDS)
	@test -f $(WORDS)/en/LC_MESSAGES/django.po || $(BABEL) init --domain django --input-file var/catalogue.pot --output-dir $(WORDS) --locale en
	@$(BABEL) update --domain django --input-file var/catalogue.pot --output-dir $(WORDS) --no-fuzzy-matching --ignore-obsolete
	@$(BABEL) compile --domain django --directory $(WORDS)

clean:
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/reports var/static
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
