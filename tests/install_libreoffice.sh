#!/bin/sh
# Installs LibreOffice Calc and Writer, their SDK, the Python that drives it and a Chinese font for the tests, if they are missing and this
# user may install packages.
has_uno() {
    /usr/bin/python3 -c "import uno" >/dev/null 2>&1 ||
        "$(dirname "$(readlink -f "$(command -v soffice)")")/python" -c "import uno" >/dev/null 2>&1
}
has_writer() {
    [ -e "$(dirname "$(readlink -f "$(command -v soffice)")")/libswlo.so" ]
}
has_all() {
    command -v soffice >/dev/null 2>&1 && has_writer && command -v pdftoppm >/dev/null 2>&1 && has_uno &&
        [ -x "$(dirname "$(dirname "$(readlink -f "$(command -v soffice)")")")/sdk/bin/unoidl-write" ]
}
if has_all; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing LibreOffice for the tests that need a real spreadsheet program ..."
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libreoffice-calc libreoffice-writer libreoffice-dev python3-uno fonts-noto-cjk poppler-utils) >/dev/null 2>&1 && has_all; then
        exit 0
    fi
fi
if [ "${CI:-}" = true ]; then
    echo "ERROR: LibreOffice is not installed and cannot be installed here; without it the tests that need it would not run." >&2
    exit 1
fi
echo "NOTE: LibreOffice (with its SDK and python3-uno) is not all there and cannot be installed here: tests marked 'libreoffice' will be skipped."
exit 0
