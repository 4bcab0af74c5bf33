# Every command does its own set-up; the first run takes longer. Nothing but Python, make and a package index
# is needed. `make demo PORT=8080` moves the port, `make test ARGS="-k capacity"` passes words on to pytest.

SHELL = /bin/sh
PY = .venv/bin/python
WITH_TEST_SERVERS = $(PY) -m cdmo_portal.local run test --

# Any Python from 3.8 finds the right one; pyenv's shims exist and fail, so each is tried.
BOOTSTRAP = set -- python3 python3.13 python3.12 python /usr/bin/python3 "$$HOME"/.pyenv/versions/*/bin/python; \
	for python do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then \
	    exec "$$python" cdmo_portal/local/bootstrap.py $(1); \
	  fi; \
	done; \
	echo "Python 3.12 or newer is needed, and neither PATH nor pyenv has one: install Python 3.13." >&2; exit 1

.PHONY: help demo test drill contract api-examples check bench format lock stop clean demo-environment dev-environment bench-environment

help:
	@echo "make demo    the whole portal on this machine, with sample data (PORT=8000)"
	@echo "make test    all tests against a real PostgreSQL and Valkey (ARGS=… for pytest)"
	@echo "make drill   kill worker, beat, pump, Valkey and PostgreSQL 200 times during refreshes"
	@echo "make contract  the API against its description, by schemathesis, for a long while (CONTRACT_SECONDS=600)"
	@echo "make api-examples  record the examples of docs/openapi.yaml anew, and write that file"
	@echo "make check   format, lint, types, import rules, migrations, settings, OpenAPI file and what it promises"
	@echo "make bench   how fast pages and scoring are (ARGS=\"--only kernel\" for one part)"
	@echo "make format  put code and templates into our format"
	@echo "make lock    compile requirements/ from pyproject.toml"
	@echo "make stop    stop the servers that 'python -m cdmo_portal.local start' left running"
	@echo "make clean   stop, and remove the environment and all local data"

demo: demo-environment
	@$(PY) manage.py demo

# `make check` asks the API against its description; here that would only take as long again.
test: dev-environment
	@$(WITH_TEST_SERVERS) $(PY) -m pytest -n auto --dist loadgroup --ignore tests/contract $(ARGS)

# As in docker-compose.yml, with keys made for the occasion.
PRODUCTION = env -u CDMO_DEMO -u DEBUG PUBLIC_URL=https://portal.example ALLOWED_HOSTS=portal.example BEHIND_PROXY=1 \
	DATABASE_URL=postgresql://cdmo_app:x@db.example/cdmo REDIS_URL=redis://:x@jobs.example/0 \
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	FIELD_ENCRYPTION_KEYS="$$($(PY) -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')"

# The same drill as in the tests, ten times as long (DRILL_KILLS=…; DRILL_SEED=… repeats one).
drill: dev-environment
	@DRILL_KILLS=$${DRILL_KILLS:-200} $(WITH_TEST_SERVERS) $(PY) -m pytest -n 0 -s tests/drill/test_drill.py $(ARGS)

# Each of two callers asks for CONTRACT_SECONDS; CONTRACT_EXAMPLES is how many random requests go to an operation
# before the next one's turn.
CONTRACT = $(WITH_TEST_SERVERS) $(PY) -m pytest -q -n 0 -p no:randomly tests/contract
contract: dev-environment
	@CONTRACT_SECONDS=$${CONTRACT_SECONDS:-600} CONTRACT_EXAMPLES=$${CONTRACT_EXAMPLES:-100} $(CONTRACT) $(ARGS)

DESCRIBE = $(PY) manage.py spectacular --validate --fail-on-warn --file
api-examples: dev-environment
	@RECORD_EXAMPLES=1 $(WITH_TEST_SERVERS) $(PY) -m pytest -q -n 0 -p no:randomly tests/api_examples -k what_the_api_answers
	$(DESCRIBE) docs/openapi.yaml

check: dev-environment
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --check --target-version 6.1
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(WITH_TEST_SERVERS) $(PY) manage.py makemigrations --check --dry-run
	@echo "$(PY) manage.py check --deploy"; $(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	mkdir -p .local
	$(DESCRIBE) .local/openapi.yaml
	diff -u docs/openapi.yaml .local/openapi.yaml
	$(CONTRACT)

bench: bench-environment
	@$(PY) manage.py bench $(ARGS)

format: dev-environment
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1

# UPGRADE=--upgrade takes newer versions; without it only what pyproject.toml changed moves.
COMPILE = uv pip compile $(UPGRADE) --quiet --universal --python-version 3.12 --generate-hashes \
	--no-emit-index-url --no-header
lock: dev-environment
	PATH="$$PATH:.tools/uv-venv/bin"; $(COMPILE) pyproject.toml -o requirements/base.txt
	PATH="$$PATH:.tools/uv-venv/bin"; $(COMPILE) pyproject.toml --extra local -o requirements/demo.txt
	PATH="$$PATH:.tools/uv-venv/bin"; $(COMPILE) pyproject.toml --extra local --extra dev -o requirements/dev.txt
	PATH="$$PATH:.tools/uv-venv/bin"; $(COMPILE) pyproject.toml --extra local --extra dev --extra bench \
	  --constraint requirements/dev.txt -o requirements/bench.txt

stop:
	@if [ -x $(PY) ]; then $(PY) -m cdmo_portal.local stop demo && $(PY) -m cdmo_portal.local stop test; fi

clean:
	@if [ -x $(PY) ]; then $(PY) -m cdmo_portal.local remove demo && $(PY) -m cdmo_portal.local remove test; fi
	rm -rf .venv .tools .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

demo-environment:
	@$(call BOOTSTRAP,demo)

dev-environment:
	@$(call BOOTSTRAP,dev)

# Where the libraries to compare with cannot be installed, their lines say so.
bench-environment:
	@($(call BOOTSTRAP,bench)) || ($(call BOOTSTRAP,dev))
