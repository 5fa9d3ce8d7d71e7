"""The containers' own commands, taken from docker-compose.yml, under production settings."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from helpdesk.launcher.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
pytestmark = pytest.mark.serial


@pytest.fixture
def production(tmp_path):
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "FANOOS_ENV": "production",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "REDIS_PREFIX": f"{os.environ['REDIS_PREFIX']}-production",
        "FANOOS_LOCAL_DIR": str(tmp_path),
        "SECRET_KEY": "a-key-of-more-than-fifty-letters-that-is-used-in-this-test-only-0123456789",
        "PUBLIC_URL": "https://desk.example.com",
        "ALLOWED_HOSTS": "desk.example.com",
        "CSRF_TRUSTED_ORIGINS": "https://desk.example.com",
        "MAIL_DOMAIN": "example.com",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "WEB_CONCURRENCY": "1",
        "SOCKET_WORKERS": "1",
        "JOB_CONCURRENCY": "1",
    }


@pytest.fixture
def run(production):
    """Start a service by its command in docker-compose.yml, with words of it changed."""
    processes = []

    def start(service, changes=None, **env):
        words = [str(word) for word in SERVICES[service]["command"]]
        for name, value in (changes or {}).items():
            words = [value if word.startswith(name) else word for word in words]
        process = subprocess.Popen(words, cwd=ROOT, env=production | env, start_new_session=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(20)


def test_djangos_own_check_finds_nothing(production):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    answer = subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "no issues (1 silenced)" in answer.stdout, "one is silenced, with its reason, in the settings"


def test_nothing_of_ours_runs_as_root():
    stages = {}
    for stage in re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]:
        users = re.findall(r"^USER (\S+)$", stage, flags=re.MULTILINE)
        name = re.match(r"\S+ AS (\w+)", stage)
        stages[name[1] if name else "."] = users[-1] if users else "root"
    built = {name: one["build"] for name, one in SERVICES.items() if "build" in one}
    targets = {name: "." if build == "." else build["target"] for name, build in built.items()}
    assert set(targets.values()) == {".", "proxy"}
    assert {stages[target] for target in targets.values()} == {"fanoos", "10001:10001"}


def test_production_needs_a_key_and_servers(production):
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        env = {key: value for key, value in production.items() if key != name}
        command = [sys.executable, "manage.py", "check"]
        answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert answer.returncode != 0, f"{name} is missing"
        assert name in answer.stderr


def test_pages_are_served_by_gunicorn_over_tls_only(run):
    port = free_port("127.0.0.1", 18300)
    run("web", WEB_BIND=f"127.0.0.1:{port}")
    assert status(port, "/healthz") == 200
    assert status(port, "/", proto="https", host="evil.example") == 400
    assert status(port, "/", proto="http") == 301


def test_the_folder_of_the_counters_is_made(run, tmp_path):
    port, folder = free_port("127.0.0.1", 18600), tmp_path / "not" / "there" / "yet"
    run("web", WEB_BIND=f"127.0.0.1:{port}", PROMETHEUS_MULTIPROC_DIR=str(folder))
    assert status(port, "/healthz") == 200
    assert list(folder.glob("counter_*.db"))


def test_sockets_are_served_by_uvicorn(run):
    port = free_port("127.0.0.1", 18400)
    changes = {"--host": "--host=127.0.0.1", "--port": f"--port={port}", "--workers": "--workers=1"}
    run("sockets", changes)
    assert status(port, "/healthz") == 200


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_a_program_without_a_port_leaves_signs_of_life(run, production, tmp_path, service):
    def healthy():
        checking = [sys.executable, ROOT / "deploy/healthy.py", service]
        return subprocess.run(checking, env=production | {"TMPDIR": str(tmp_path)}).returncode == 0

    assert not healthy()
    schedule = f"--schedule={tmp_path / 'celerybeat-schedule'}"
    changes = {"--schedule": schedule, "--concurrency": "--concurrency=1"}
    run(service, changes, WORKER_SIGN=str(tmp_path / "worker-seen"))
    until = time.monotonic() + 30
    while not healthy():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_the_outbox_does_not_exist_in_production(run):
    port = free_port("127.0.0.1", 18500)
    run("web", WEB_BIND=f"127.0.0.1:{port}")
    assert status(port, "/outbox/") == 404


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_confined(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "build" in service or service.get("user") == "valkey" or name == "postgres", (
        "no other begins as root"
    )
    assert service["restart"] in {"unless-stopped", "no"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "healthcheck" in service or service["restart"] == "no"


def test_whatever_the_settings_take_from_the_environment_reaches_the_containers():
    example = (ROOT / ".env.example").read_text()
    settings = (ROOT / "helpdesk" / "settings.py").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, flags=re.MULTILINE))
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings))
    assert named & asked <= SERVICES["web"]["environment"].keys()


def test_no_secret_stands_in_the_file():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "TOKEN", "AUTH")):
                assert value.startswith("${"), f"{name} must come from the environment"


def status(port, path, host="desk.example.com", proto="https"):
    """The answer's status, as the proxy asks; waits until the server is up."""
    deadline = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": proto})
            return connection.getresponse().status
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
