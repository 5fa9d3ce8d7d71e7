"""The servers that the desk brings along start, survive, heal and leave nothing behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis
from django.db import connection

from helpdesk import embedded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path):
    """Run Python with a local folder of its own and no servers configured; gives back what it printed."""
    hidden = {"DATABASE_URL", "REDIS_URL", "FANOOS_ENV", "FANOOS_TEST_SERVERS"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}

    def start(code, **changes):
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env | {"FANOOS_LOCAL_DIR": str(tmp_path / "local")} | changes,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    yield start
    shutil.rmtree(embedded.Home.of(tmp_path / "local").folder)


PROVIDE = """
import os, sys, psycopg2, redis
from helpdesk import embedded
embedded.provide()
database = psycopg2.connect(os.environ["DATABASE_URL"])
broker = redis.Redis.from_url(os.environ["REDIS_URL"])
cursor = database.cursor()
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
"""
PIDS = """
home = embedded.Home.of(embedded.local_dir())
print(embedded.Postgres(home).pid(), embedded.Valkey(home).pid(), flush=True)
"""


@pytest.mark.django_db
def test_django_talks_to_this_process_own_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("fanoos", False)


@pytest.mark.parametrize("name", ["valkey", "postgres"])
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_comes_back_at_the_same_address(servers, name, end):
    server = getattr(servers, name)
    address = server.url()
    getattr(server, end)()
    assert server.pid() is None
    assert not server.answers()
    server.start()
    assert server.answers()
    assert server.url() == address


def test_a_committed_row_survives_the_servers_death(run):
    first = run(
        PROVIDE
        + PIDS
        + """
cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('lantern')"); database.commit()
broker.set("kept", "lantern"); broker.execute_command("WAITAOF", 1, 0, 5000)
import signal; servers = [embedded.Postgres(home), embedded.Valkey(home)]
for server in servers: server.kill()
os._exit(1)
"""
    )
    assert first.wait(30) == 1, first.stderr.read()
    second = run(
        PROVIDE + 'cursor.execute("SELECT word FROM kept"); print(cursor.fetchone()[0], broker.get("kept"))'
    )
    out, err = second.communicate(timeout=30)
    assert "lantern b'lantern'" in out, err


def test_the_last_to_leave_stops_the_servers(run):
    wait = PROVIDE + PIDS + "sys.stdin.read()"
    first, second = run(wait), run(wait)
    lines = [(process.stdout.readline(), process.stdout.readline()) for process in (first, second)]
    assert lines[0] == lines[1], "both use the same servers"
    pids = [int(pid) for pid in lines[0][1].split()]
    first.communicate(timeout=30)
    assert all(Path(f"/proc/{pid}").exists() for pid in pids), "the second still uses them"
    second.communicate(timeout=30)
    assert not any(runs(pid) for pid in pids)


def test_a_killed_user_leaves_servers_that_the_next_one_takes_over(run):
    first = run(PROVIDE + PIDS + "sys.stdin.read()")
    first.stdout.readline()
    pids = first.stdout.readline()
    first.kill()
    first.wait()
    second = run(PROVIDE + PIDS)
    out, err = second.communicate(timeout=30)
    assert out.splitlines()[1] == pids.strip(), err
    assert not any(runs(int(pid)) for pid in pids.split())


def test_ctrl_c_while_one_still_starts_leaves_none(run, tmp_path):
    half = run("""
import os, signal
from helpdesk import embedded
def asked_to_end(self):
    print(embedded.Valkey(self.home).pid(), flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
embedded.Postgres.start = asked_to_end
embedded.provide()
""")
    pid = int(half.stdout.readline())
    assert half.wait(30) != 0
    assert not runs(pid)


def test_a_server_that_falls_ends_the_desk_and_says_so(run):
    desk = run("""
import sys, threading
from helpdesk import embedded
from helpdesk.launcher.supervisor import Supervisor
servers = embedded.provide()
threading.Timer(0.5, servers.valkey.kill).start()
sys.exit(Supervisor([], print, [servers.postgres, servers.valkey]).run(lambda: None))
""")
    out, err = desk.communicate(timeout=30)
    assert desk.returncode == 1, err
    assert "valkey has ended. Its last words" in out


def test_a_stale_pid_file_of_somebody_else_does_no_harm(run):
    first = run(PROVIDE + "print(embedded.Home.of(embedded.local_dir()).folder)")
    folder = Path(first.communicate(timeout=30)[0].split()[-1])
    for pid_file in (folder / "postgres" / "postmaster.pid", folder / "valkey" / "valkey.pid"):
        pid_file.write_text(f"{os.getpid()}\n")
    second = run(PROVIDE)
    assert second.wait(30) == 0, second.stderr.read()


def test_nobody_gets_in_without_the_password_or_the_right_user(servers):
    port = servers.valkey.url().rpartition(":")[2].split("/")[0]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(port), retry=None).ping()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(host=str(servers.folder), user="somebody", dbname="fanoos")
    assert servers.folder.stat().st_mode & 0o077 == 0


def test_production_refuses_to_bring_its_own(run):
    process = run(PROVIDE, FANOOS_ENV="production")
    assert process.wait(30) != 0
    assert "DATABASE_URL and REDIS_URL must name servers of your own" in process.stderr.read()


def test_the_throwaway_folder_goes():
    with embedded.throwaway() as short_lived:
        short_lived.start()
        pids = short_lived.postgres.pid(), short_lived.valkey.pid()
    assert not short_lived.folder.exists()
    assert not any(runs(pid) for pid in pids)


def runs(pid):
    """Whether a process runs, not counting one that has ended and is not yet waited for."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
