#!/bin/sh
# uv.lock is the truth; the *.lock files beside this one are the same pins for plain pip.
# The index settings of this machine are left out, so that the lock names the public index only.
set -eu
cd "$(dirname "$0")/.."
unset UV_INDEX UV_DEFAULT_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS
uv() { .venv/bin/python -m uv --quiet "$@"; }

# `export NAME ARGUMENTS...` writes requirements/NAME.lock.
export_as() {
    name=$1
    shift
    uv export --locked --no-emit-project --no-header --no-annotate "$@" \
        --output-file "requirements/$name.lock"
}

uv lock "$@"
export_as bootstrap --only-group bootstrap
export_as run --no-default-groups
export_as dev
