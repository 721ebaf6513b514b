#!/bin/sh
# The built wheel works where there is no checkout: sh tests/wheel.sh PYTHON
#
# Builds the wheel without network, installs it into a fresh environment that sees PYTHON's other packages, and runs it in
# an empty folder. Everything happens in a temporary folder; nothing is left in the checkout.
set -eu

python=$(command -v "${1:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH || true

fail() { echo "wheel: $1" >&2; exit 1; }

# Built from a copy: a build backend may write beside its sources.
mkdir "$work/source"
(cd "$root" && tar -cf - pyproject.toml README.md CHANGELOG.md lzxl schemas workbooks papers demo) | (cd "$work/source" && tar -xf -)
find "$work/source" -name __pycache__ -type d -prune -exec rm -rf {} +
"$python" -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir "$work/dist" "$work/source"

site() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-deps --no-index "$work"/dist/lzxl-*.whl
# Dependencies come from PYTHON's environment, listed after this one's own packages; an editable lzxl in it must not win,
# so the folder is named as a plain path: .pth files in it are not read.
site "$python" > "$(site "$work/venv/bin/python")/dependencies.pth"

mkdir "$work/empty"
cd "$work/empty"
lzxl=$work/venv/bin/lzxl

expect() {
    wanted=$1
    shift
    got=0
    "$@" > "$work/out" 2>&1 || got=$?
    [ "$got" -eq "$wanted" ] || { cat "$work/out" >&2; fail "exit code $got, not $wanted: $*"; }
}

"$work/venv/bin/python" -c "import lzxl, sys; sys.exit(not lzxl.__file__.startswith('$work/venv'))" \
    || fail "another lzxl than the wheel's was imported"
expect 0 "$lzxl" --version
expect 0 "$lzxl" grade 较大 严重
grep -q 一级 "$work/out" || fail "grade: $(cat "$work/out")"
expect 2 "$lzxl" grade 极大 严重
expect 0 "$lzxl" workbooks export 空白表
[ -f 空白表/廉政风险点登记表.xlsx ] || fail "no workbook was exported"
expect 0 "$lzxl" workbooks check 空白表/廉政风险点登记表.xlsx
expect 0 "$lzxl" init 2026年度 --bureau 云泽县生态环境局 --deadline 2026-11-20
[ -f 2026年度/lzxl.toml ] || fail "init made no lzxl.toml"
# A blank form is a form with everything missing: findings, not a crash.
expect 1 "$lzxl" check 空白表/廉政风险点登记表.xlsx
expect 3 "$lzxl" check 2026年度/lzxl.toml
echo "wheel: ok"
