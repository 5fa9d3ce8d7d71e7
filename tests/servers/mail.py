"""A mail server of the tests' own: Exim takes mail by SMTP and hands it to Dovecot, where it is read by IMAP.

Mail to `nobody@…` is refused with 550, to `full@…` with 552; while the server is `busy`, everything is put off with 451.
"""

import email
import getpass
import ipaddress
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from imaplib import IMAP4, ParseFlags, Time2Internaldate
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imap_tools.utils import encode_folder

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_username_format = %Ln
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%n
# Not every machine has inotify to spare.
mailbox_idle_check_interval = 1 s
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

# Whether a token is good is asked of the provider, of whom tests.servers.oauth is one.
OAUTH = """
introspection_mode = get
introspection_url = http://127.0.0.1:{oauth}/tokeninfo?access_token=
username_attribute = username
active_attribute = active
active_value = true
"""

EXIM = """
primary_hostname = mail.test
domainlist local_domains = *
local_interfaces = <; 127.0.0.1.{smtp}
spool_directory = {folder}/spool
log_file_path = {folder}/exim.%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
trusted_users = {me}
keep_environment =
tls_advertise_hosts =
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
smtputf8_advertise_hosts = *
queue_run_in_order = true
begin acl
acl_rcpt:
  defer condition = ${{if exists{{{folder}/busy}}}}
        message = 4.3.2 Busy, come back later
  deny local_parts = nobody
       message = 5.1.1 No such user here
  deny local_parts = full
       message = 552 5.2.2 Mailbox full
  accept
begin routers
local:
  driver = accept
  transport = dovecot
begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
  hosts = 127.0.0.1
  hosts_override
  allow_localhost
begin retry
* * F,2h,1s
begin rewrite
begin authenticators
"""


@dataclass
class MailServer:
    """Any address works; mailboxes are named by the local part."""

    folder: Path
    smtp_port: int
    imap_port: int
    imaps_port: int
    oauth_port: int
    imap_program: subprocess.Popen[bytes] | None = None

    def start_imap(self) -> None:
        program = [_program("dovecot"), "-F", "-c", self.folder / "dovecot.conf"]
        with (self.folder / "said.log").open("ab") as said:
            self.imap_program = subprocess.Popen(program, stderr=said)
        _wait_until_open(self.imap_port)

    def stop_imap(self) -> None:
        """Whoever is connected is shown out."""
        if self.imap_program:
            self.imap_program.terminate()
            self.imap_program.wait(10)

    @property
    def certificate(self) -> Path:
        """Signed by itself, for `localhost` and 127.0.0.1: trusted only by who is told to (SSL_CERT_FILE)."""
        return self.folder / "certificate.pem"

    @contextmanager
    def imap(self, mailbox: str) -> Iterator[IMAP4]:
        """Signed in to that mailbox, as its owner's own program would be."""
        with IMAP4("127.0.0.1", self.imap_port, timeout=10) as imap:
            imap.login(mailbox, "pw")
            yield imap

    def put(self, mailbox: str, *raws: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Lay mails into a folder, as if they had arrived `at`."""
        with self.imap(mailbox) as imap:
            name = encode_folder(folder)
            imap.create(name)
            for raw in raws:
                moment = Time2Internaldate(at) if at else None
                assert imap.append(name, None, moment, raw)[0] == "OK"

    def flags(self, mailbox: str, folder: str = "INBOX") -> list[bytes]:
        """The flags of each mail in that folder."""
        with self.imap(mailbox) as imap:
            if imap.select(encode_folder(folder), readonly=True)[0] != "OK":
                return []
            lines = [line for line in imap.fetch("1:*", "(FLAGS)")[1] if line]
        return [b" ".join(flag for flag in ParseFlags(line) if flag != b"\\Recent") for line in lines]

    def renumber(self, mailbox: str) -> None:
        """Number the INBOX anew, under another UIDVALIDITY, as after a move to another server."""
        self.stop_imap()
        for index in (self.folder / "mail" / mailbox).glob("dovecot*"):
            index.unlink() if index.is_file() else shutil.rmtree(index)
        self.start_imap()

    def inbox(self, mailbox: str) -> list[EmailMessage]:
        """What lies in that mailbox, oldest first."""
        with IMAP4("127.0.0.1", self.imap_port, timeout=10) as imap:
            imap.login(mailbox, "pw")
            imap.select("INBOX", readonly=True)
            numbers = imap.search(None, "ALL")[1][0].split()
            raws = [imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]
        return [email.message_from_bytes(raw, policy=default) for raw in raws]

    def wait_for(self, mailbox: str, count: int = 1, seconds: float = 15) -> list[EmailMessage]:
        """The mailbox once `count` mails are in it."""
        deadline = time.monotonic() + seconds
        while len(mails := self.inbox(mailbox)) < count:
            assert time.monotonic() < deadline, f"{len(mails)} of {count} mails came to {mailbox}"
            time.sleep(0.1)
        return mails

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While inside, every recipient is put off with 451."""
        sign = self.folder / "busy"
        sign.touch()
        try:
            yield
        finally:
            sign.unlink()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """Started once; skips where Exim or Dovecot is not installed."""
    programs = {name: _program(name) for name in ("exim4", "dovecot")}
    if missing := [name for name, path in programs.items() if path is None]:
        pytest.skip(
            f"not installed: {', '.join(missing)} (apt: exim4-daemon-light dovecot-imapd dovecot-lmtpd)"
        )
    folder = Path(tempfile.mkdtemp(prefix="fanoos-mail-"))
    me = getpass.getuser()
    user, group = ("nobody", "nogroup") if os.geteuid() == 0 else (me, str(os.getgid()))
    smtp, imap, imaps, lmtp, oauth = _free_ports(5)
    facts = {
        "folder": folder,
        "user": user,
        "group": group,
        "me": me,
        "smtp": smtp,
        "imap": imap,
        "imaps": imaps,
        "lmtp": lmtp,
        "oauth": oauth,
    }
    for name in ("mail", "spool", "run", "state"):
        (folder / name).mkdir()
    certify(folder)
    (folder / "exim.conf").write_text(EXIM.format(**facts))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**facts))
    (folder / "oauth.conf").write_text(OAUTH.format(**facts))
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(
                path, "root" if path.suffix == ".conf" else user, "root" if path.suffix == ".conf" else group
            )
    server = MailServer(folder, smtp, imap, imaps, oauth)
    # Each run of Exim's queue says the same.
    with (folder / "said.log").open("ab") as said:
        exim = subprocess.Popen([programs["exim4"], "-bdf", "-q1s", "-C", folder / "exim.conf"], stderr=said)
    try:
        server.start_imap()
        for port in (smtp, imaps, lmtp):
            _wait_until_open(port)
        yield server
    finally:
        exim.terminate()
        server.stop_imap()
        exim.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sent_by_smtp(mail_server: MailServer, settings) -> MailServer:
    """Outgoing mail goes through the real server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.smtp_port, 10
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    return mail_server


def certify(folder: Path) -> None:
    """Write a key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    begun = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_until_open(port: int, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, f"nothing listens on port {port}"
            time.sleep(0.1)
