# Dos órdenes bastan: `make demo` (verlo trabajar) y `make probar` (toda la suite). Las demás las usa quien desarrolla.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LISTO := $(VENV)/.listo

.DEFAULT_GOAL := ayuda
.PHONY: ayuda instalar demo probar revisar iniciar textos bench bench-caos cerrar-versiones

ayuda:  ## Esta lista
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(LISTO): pyproject.toml requisitos.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hace falta Python 3.11 o más nuevo (make PYTHON=python3.11 …)."; exit 1; }
	@echo "Instalando en $(VENV) (la primera vez tarda uno o dos minutos)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --requirement requisitos.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(LISTO)

instalar: $(LISTO)  ## Crear .venv con la orden pregonero y todo lo que necesita
	@echo "Listo: $(BIN)/pregonero --help"

demo: $(LISTO)  ## Ver a Pregonero trabajar un minuto, con redes de mentira
	@$(BIN)/pregonero demo $(if $(SEGUIR),--seguir)

# Cada prueba tiene su base y su carpeta, y arranca procesos de verdad: en memoria, si hay sitio, y sin compilar cada
# vez lo que ya se compiló, cuesta casi la mitad.
EN_MEMORIA = $(shell test -w /dev/shm && test "$$(df --output=avail -k /dev/shm | tail -1)" -gt 4000000 && echo TMPDIR=/dev/shm)

probar: $(LISTO)  ## Toda la suite de pruebas
	@env -u PYTHONDONTWRITEBYTECODE $(EN_MEMORIA) $(BIN)/python -m pytest -n 3

revisar: $(LISTO)  ## Estilo, tipos y flechas de la casa
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

iniciar: $(LISTO)  ## Trabajar de verdad, con lo que diga .env
	@$(BIN)/pregonero iniciar

textos: $(LISTO)  ## Reunir en panel/textos/panel.pot todo lo que se lee en el panel
	$(BIN)/python -m panel.textos.reunir

LLENO ?= $(or $(TMPDIR),/tmp)/pregonero-lleno

bench: $(LISTO)  ## Puntualidad, volumen, términos, picos e ingesta, como razones contra una alternativa
	$(BIN)/python -m bench.puntualidad
	$(BIN)/python -m bench.volumen
	$(BIN)/python -m bench.terminos
	$(BIN)/python -m bench.picos
	$(BIN)/python -m bench.huecos
	$(BIN)/python -m bench.ingesta
	$(BIN)/python -m bench.panel.muchos
	-$(BIN)/python -m bench.panel.paginas $(LLENO)  # con «-»: la máquina puede no dar la meta, y lo demás se sigue midiendo
	-$(BIN)/python -m bench.panel.lighthouse $(LLENO)

bench-caos: $(LISTO)  ## El banco de caos completo: 1 000 muertes × 10 000 publicaciones (horas)
	$(BIN)/python -m bench.caos --base sqlite --muertes 1000 --publicaciones 10000
	$(BIN)/python -m bench.caos --base postgresql --trabajadores 3 --muertes 1000 --publicaciones 10000

cerrar-versiones:  ## Recalcular requisitos.lock desde pyproject.toml
	$(PYTHON) -m venv .venv-versiones
	.venv-versiones/bin/python -m pip install --quiet pip-tools
	.venv-versiones/bin/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
		--extra desarrollo --allow-unsafe --output-file requisitos.lock pyproject.toml
	sed -i '/^pregonero @ file:/,/^ *# via/d' requisitos.lock  # la carpeta de quien lo calculó no existe en otra máquina
	rm -rf .venv-versiones
