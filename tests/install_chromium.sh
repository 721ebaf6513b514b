#!/bin/sh
# Installs Chromium for the tests of the WPS add-in, if it is missing and this user may install packages.
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the tests that run the WPS add-in ..."
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        chromium) >/dev/null 2>&1; then
        exit 0
    fi
fi
if [ "${CI:-}" = true ]; then
    echo "ERROR: Chromium is not installed and cannot be installed here; without it the tests that need it would not run." >&2
    exit 1
fi
echo "NOTE: Chromium is not installed and cannot be installed here: the tests of tests/functions/test_wps.py that run the add-in will be skipped."
exit 0
