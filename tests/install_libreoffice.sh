#!/bin/sh
# Installs LibreOffice Calc and a Chinese font for the tests, if they are missing and this user may install packages.
if command -v soffice >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing LibreOffice for the tests that need a real spreadsheet program ..."
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libreoffice-calc fonts-noto-cjk poppler-utils) >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "NOTE: LibreOffice is not installed and cannot be installed here: the tests marked 'libreoffice' will be skipped."
exit 0
