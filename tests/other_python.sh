#!/bin/sh
# The tests on the oldest and the newest Python that lzxl is run with, as far as they are at hand; not again on that of the
# everyday environment. A Python that is missing is only said so; with CI=true it is a failure.
set -eu

MAKE=$1
EVERYDAY=$2 # the everyday environment's interpreter, if there is one yet

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

# pyenv puts a python3.13 on the path that does not start unless that version is chosen: look where it keeps them, too.
found() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1."*/bin/python"$1"; do
        if [ "$(version_of "$candidate")" = "$1" ]; then
            command -v "$candidate"
            return
        fi
    done
}

everyday=$(version_of "$EVERYDAY")
for version in 3.11 3.13; do
    [ "$version" != "$everyday" ] || continue
    python=$(found "$version")
    if [ -n "$python" ]; then
        echo "Python $version: $python"
        "$MAKE" unit "PYTHON=$python" "VENV=build/venv-$version"
    else
        echo "Python $version is not at hand: the tests were not run with it"
        [ "${CI:-}" != true ] || exit 1
    fi
done
