# Two commands are all the set-up there is: `make run` and `make test`. `make help` lists the others.
PYTHON ?= python3
PORT ?= 8000
export CHROMIUM
INSTALLER = $(PYTHON) villes_internet/demarrage/installer.py

.DEFAULT_GOAL := help
.PHONY: help run test lint bench bench-mosaique bench-atlaas assets format lock ci clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: ## install what is missing, then serve the product with its demonstration campaign (PORT=8000)
	@$(INSTALLER) --port "$(PORT)"
	@exec .venv/bin/python -m villes_internet.demarrage --port "$(PORT)"

test: ## run the whole test suite, browser journeys included (CHROMIUM=/path/of/a/browser)
	@$(INSTALLER) --developpement --navigateur
	@exec .venv/bin/python -m villes_internet.demarrage.essais

lint: ## check style, types, layers, templates, migrations and deployment settings
	@$(INSTALLER) --developpement
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy villes_internet candidatures mosaique atlaas
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/python -m villes_internet.demarrage.controles

bench: ## measure the heaviest pages with 35,000 dossiers
	@$(INSTALLER)
	@.venv/bin/python manage.py collectstatic --noinput --verbosity 0
	@exec .venv/bin/python -m villes_internet.demarrage.essais --commande .venv/bin/python manage.py bench

bench-mosaique: ## measure the mosaïque: its page, computing and comparing 35,000 communes
	@$(INSTALLER)
	@.venv/bin/python manage.py collectstatic --noinput --verbosity 0
	@exec .venv/bin/python -m villes_internet.demarrage.essais --commande .venv/bin/python manage.py bench_mosaique

bench-atlaas: ## measure the search of the Atlaas at 10,000, 100,000 and a million fiches (FICHES="10000 100000")
	@$(INSTALLER)
	@.venv/bin/python manage.py collectstatic --noinput --verbosity 0
	@exec .venv/bin/python -m villes_internet.demarrage.essais --commande .venv/bin/python manage.py bench_atlaas $(if $(FICHES),--fiches $(FICHES))

assets: ## build the style sheet, the fonts and the third-party scripts in static/dist
	@$(INSTALLER) --assets
	@ls -l static/dist

format: ## format the code (not the templates: the formatter of djlint breaks dynamic tags)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: ## compile the lock files again (.in → .txt, package.json → package-lock.json, without any address); wants uv
	for liste in production demarrage developpement; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras requirements/$$liste.in -o requirements/$$liste.txt || exit 1; \
	done
	.venv/bin/npm install --package-lock-only --ignore-scripts
	.venv/bin/python -c 'import json, pathlib; f = pathlib.Path("package-lock.json"); v = json.loads(f.read_text()); [p.pop("funding", 0) for p in v["packages"].values()]; f.write_text(json.dumps(v, indent=2, ensure_ascii=False) + "\n")'

ci: ## what the continuous integration runs
	@exec .ci/run

clean: ## remove what can be built again; keeps the data (donnees/)
	rm -rf .venv node_modules static/dist
