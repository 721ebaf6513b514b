#!/bin/sh
# Installs Dovecot for the tests that need a real mail server, if it is missing and this user may install packages.
# The tests start it themselves, on loopback, in a folder of their own: the system's service is not needed.
has_dovecot() {
    PATH="$PATH:${SBIN:-/usr/sbin:/usr/local/sbin}" command -v dovecot >/dev/null 2>&1 &&
        { [ -x /usr/lib/dovecot/lmtp ] || [ -x /usr/libexec/dovecot/lmtp ] || [ -x /usr/local/libexec/dovecot/lmtp ]; }
}
if has_dovecot; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Dovecot for the tests that need a real mail server ..."
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        dovecot-imapd dovecot-lmtpd) >/dev/null 2>&1
    if has_dovecot; then
        exit 0
    fi
fi
if [ "${CI:-}" = true ]; then
    echo "ERROR: Dovecot is not installed and cannot be installed here; without it the tests that need it would not run." >&2
    exit 1
fi
echo "NOTE: Dovecot (with its imapd and lmtpd) is not installed and cannot be installed here: the tests of tests/mail that need a mail server will be skipped."
exit 0
