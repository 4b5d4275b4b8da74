#!/bin/sh
# Makes .venv from requirements.lock, every package checked by its hash; does nothing while the lock
# and Python are the same. Needs only Python >= 3.11; says in one sentence what is missing.
# Called by the Makefile from the checkout's root. PYTHON names another Python.
set -eu

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose() {
  if [ -n "${PYTHON:-}" ]; then
    if ! command -v "$PYTHON" >/dev/null 2>&1; then
      say "✗ PYTHON=$PYTHON is not there. Name a Python 3.11 or newer, or leave PYTHON unset."
      exit 1
    fi
    candidates=$PYTHON
  else
    candidates="python3 python3.14 python3.13 python3.12 python3.11 python"
  fi
  for name in $candidates; do
    if command -v "$name" >/dev/null 2>&1; then
      if fits "$name"; then command -v "$name"; return; fi
      older="${older:-}${older:+, }$name is $("$name" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo unusable)"
    fi
  done
  if [ -n "${older:-}" ]; then
    say "✗ Yichuang needs Python 3.11 or newer; $older. Install a newer one, or name it: make PYTHON=/path/to/python3.12"
  else
    say "✗ Yichuang needs Python 3.11 or newer, and there is no python3 on this machine."
  fi
  exit 1
}

python=$(choose) || exit 1
digest=$("$python" -c 'import hashlib, pathlib, sys
lock = pathlib.Path("requirements.lock").read_bytes()
print(hashlib.sha256(lock).hexdigest()[:16], "%d.%d" % sys.version_info[:2])')
stamp=.venv/.made-from

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$digest" ]; then
  exit 0
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  say "✗ Python $version here lacks the module venv (or ensurepip). On Debian or Ubuntu: apt install python$version-venv. Elsewhere use a complete Python."
  exit 1
fi

have=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
want=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$have" != "$want" ]; then
  say "  making .venv with Python $want"
  rm -rf .venv
  "$python" -m venv .venv
fi
say "  installing the packages of requirements.lock (each checked by its hash) …"
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
  --require-hashes --only-binary :all: -r requirements.lock; then
  say "✗ The packages could not be installed (see above). With a network that reaches a package index, run the same command again."
  exit 1
fi
printf '%s\n' "$digest" > "$stamp"
