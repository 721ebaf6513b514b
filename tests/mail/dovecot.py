"""A real IMAP server for the tests: Dovecot on loopback, with TLS, as an ordinary user, in a folder of its own.

Every user name is a fresh, empty mailbox with the same password; so one server does for all tests.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import itertools
import os
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from imapclient import IMAPClient

PASSWORD = "a-password-of-tests"
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
_STARTS = 5
_NOBODY = ("nobody", "nogroup")
_numbers = itertools.count(1)

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
listen = 127.0.0.1
protocols = imap lmtp
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_fsync = never
auth_username_format = %Ln
auth_failure_delay = 0
login_trusted_networks =
mail_max_userip_connections = 100
ssl = required
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
lda_mailbox_autocreate = yes
lmtp_save_to_detail_mailbox = yes
recipient_delimiter = +
hostname = localhost
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  mailbox Outbox {{
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service lmtp {{
  chroot =
  unix_listener {root}/lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
  # Wrong passwords are part of the tests: they must not slow down the next login.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@functools.cache
def why_missing() -> str:
    """Why no Dovecot can be started here; "" if one can."""
    program = shutil.which("dovecot", path=_PATH)
    if program is None:
        return "Dovecot is not installed (tests/install_dovecot.sh)"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
    if not version or not version[0].startswith("2.3."):
        return f"Dovecot 2.3 is needed, {version[0] if version else 'an unknown one'} is installed"
    if not any(Path(folder, "dovecot/lmtp").exists() for folder in ("/usr/lib", "/usr/libexec", "/usr/local/libexec")):
        return "dovecot-lmtpd is not installed (tests/install_dovecot.sh)"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "Dovecot's login refuses root, and there is no setpriv to become another user"
    return ""


class Dovecot:
    """One server. `prefix` and `separator`: of the personal namespace."""

    def __init__(self, prefix: str = "", separator: str = "/") -> None:
        # Short, for the socket's path has at most 108 bytes; and where another user may go.
        self.root = Path(tempfile.mkdtemp(prefix="lzxl-dovecot-"))
        self._prefix, self._separator = prefix, separator
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.host = "localhost"
        self.port = self.starttls_port = 0
        self.ca_file = self.root / "ca.pem"
        _write_certificates(self.root)
        self._user, self._group = _NOBODY if os.geteuid() == 0 else _own_names()
        (self.root / "home").mkdir()
        (self.root / "run").mkdir()
        (self.root / "state").mkdir()
        self.root.chmod(0o755)
        if os.geteuid() == 0:
            for path in (self.root, *self.root.rglob("*")):
                shutil.chown(path, *_NOBODY)
        self.start()

    # the server

    def start(self) -> None:
        """Start it, unless it runs; at the ports it had before, if it had any."""
        with self._lock:
            if self._process is None:
                self._start()

    def _start(self) -> None:
        for _ in range(_STARTS):
            if not self.port:
                self.port, self.starttls_port = _free_ports(2)
            self._configure()
            command = [*self._as_user(), str(shutil.which("dovecot", path=_PATH)), "-F", "-c", str(self._config)]
            self._process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
            for _ in range(200):
                if self._process.poll() is not None:
                    break
                if self._answers():
                    return
                time.sleep(0.02)
            self._kill()
            self.port = 0
        raise RuntimeError(f"Dovecot does not start: {(self.root / 'log').read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """End every process of it at once, as a power cut does."""
        with self._lock:
            self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """While this lasts, it takes connections and says nothing."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def _config(self) -> Path:
        return self.root / "dovecot.conf"

    def _configure(self) -> None:
        status = (self.root / "home").stat()
        self._config.write_text(
            _CONFIG.format(
                root=self.root,
                user=self._user,
                group=self._group,
                uid=status.st_uid,
                gid=status.st_gid,
                password=PASSWORD,
                tls=self.port,
                starttls=self.starttls_port,
                prefix=self._prefix,
                separator=self._separator,
            )
        )

    def _as_user(self) -> list[str]:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            return []
        # It must not outlive the tests, however they end.
        guard = [setpriv, "--pdeathsig", "KILL"]
        return [*guard, "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else guard

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.starttls_port), timeout=1) as connection:
                return connection.recv(4).startswith(b"* OK") and (self.root / "lmtp").exists()
        except OSError:
            return False

    # mailboxes

    def new_user(self) -> str:
        """A login name that nobody had; its mailbox is empty."""
        return f"office{next(_numbers)}"

    def deliver(self, user: str, raw: bytes, *more: bytes) -> None:
        """Deliver mails as a mail server does: it puts Return-Path, Delivered-To and Received before each."""
        with smtplib.LMTP(str(self.root / "lmtp")) as lmtp:
            for mail in (raw, *more):
                lmtp.sendmail("unit@example.gov.cn", [f"{user}@localhost"], mail)

    @contextlib.contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """Another mail program of the same office, with a folder open."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with IMAPClient(self.host, self.port, ssl_context=context, timeout=20) as client:
            client.login(user, PASSWORD)
            if folder:
                client.select_folder(folder)
            yield client

    def put(self, user: str, *raws: bytes, folder: str = "INBOX", flags: Sequence[bytes] = ()) -> None:
        """Put mails into a folder exactly as they are; the folder is made if it is missing."""
        with self.client(user, "") as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for raw in raws:
                client.append(folder, raw, flags)

    def folders(self, user: str) -> set[str]:
        with self.client(user, "") as client:
            return {name for _, _, name in client.list_folders()}

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail of a folder, whole, in its order."""
        with self.client(user, folder) as client:
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def flags(self, user: str, folder: str = "INBOX") -> list[set[bytes]]:
        """The flags of every mail of a folder, in its order."""
        with self.client(user, folder) as client:
            found = client.get_flags(client.search("ALL"))
            return [set(found[uid]) - {rb"\Recent"} for uid in sorted(found)]

    def uidvalidity(self, user: str) -> int:
        with self.client(user, "") as client:
            return int(client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"])

    def lose_index(self, user: str) -> None:
        """What a server does that lost its index: a new UIDVALIDITY, and UIDs that count from 1 again."""
        before = self.uidvalidity(user)
        while self.uidvalidity(user) == before:
            for path in (self.root / "home" / user / "Maildir").glob("dovecot*"):
                path.unlink()


def _own_names() -> tuple[str, str]:
    """Of the current user and group."""
    import grp
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _write_certificates(folder: Path) -> None:
    """An authority of our own (ca.pem), and a server's certificate for the name localhost that it signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    today = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("lzxl test authority", "localhost")
    ]
    authority = x509.SubjectKeyIdentifier.from_public_key(keys[0].public_key())
    certificates = []
    for index, (key, name) in enumerate(zip(keys, names, strict=True)):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - datetime.timedelta(days=1))
            .not_valid_after(today + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=index == 0, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority), critical=False)
        )
        if index == 0:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        certificates.append(builder.sign(keys[0], hashes.SHA256()))
    for file, certificate in zip(("ca.pem", "server.pem"), certificates, strict=True):
        (folder / file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        keys[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
