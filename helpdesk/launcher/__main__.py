"""Set everything up, serve the desk, print where it is, and clean up at the end."""

import fcntl
import json
import os
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from helpdesk import embedded

HOST = "127.0.0.1"
WEB_PORT = 8000
SMTP_PORT = 2525
began = time.monotonic()


def say(line: str) -> None:
    """A line on the screen, at once. A closed terminal is no reason to fail."""
    with suppress(BrokenPipeError):
        print(line, flush=True)


def main() -> int:
    """Run the desk until it is ended. Gives back the exit code."""
    if os.environ.get("FANOOS_ENV", "development") == "production":
        say("This serves the desk for development. For production see docker-compose.yml.")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    folder = embedded.local_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "desk.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _read(folder / "desk.json") or {"url": "in another terminal"}
            say(f"The desk runs already: {where['url']}")
            return 1
        try:
            return serve(folder)
        except embedded.EmbeddedServerError as error:
            say(f"\n{error}")
            return 1
        except KeyboardInterrupt:
            say("\nStopped.")
            return 0
        finally:
            (folder / "desk.json").unlink(missing_ok=True)


def serve(folder: Path) -> int:
    """Prepare, start the parts, greet when they are ready, and stay until the end."""
    from . import programs
    from .parts import FORK, Part
    from .ports import free_port, listen
    from .supervisor import Supervisor

    host = os.environ.get("FANOOS_HOST", HOST)
    wished = int(os.environ.get("FANOOS_PORT", WEB_PORT)), int(os.environ.get("SMTP_GATEWAY_PORT", SMTP_PORT))
    listener = listen(host, wished[0])
    port, smtp_port = listener.getsockname()[1], free_port(host, wished[1])
    for name, wish, found in (("desk", wished[0], port), ("mail gateway", wished[1], smtp_port)):
        if wish != found:
            say(f"Port {wish} is taken: the {name} moves to {found}.")
    url = f"http://{host}:{port}"
    os.environ.setdefault("PUBLIC_URL", url)
    os.environ.update(SMTP_GATEWAY_HOST=host, SMTP_GATEWAY_PORT=str(smtp_port))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

    say("Starting PostgreSQL and Valkey …")
    servers = embedded.provide()
    load_django()
    if not prepared():
        return 1

    logs = folder / "logs"
    working, ticking = FORK.Event(), FORK.Event()
    parts = [
        Part("web", partial(programs.web, listener), logs, programs.answers_http(f"{url}/healthz")),
        Part("worker", partial(programs.worker, working), logs, working.is_set),
        Part("beat", partial(programs.beat, ticking, folder / "celerybeat-schedule"), logs, ticking.is_set),
        Part(
            "mail", partial(programs.gateway, host, smtp_port), logs, programs.answers_smtp(host, smtp_port)
        ),
        Part("mailboxes", programs.mailboxes, logs, lambda: True),
    ]
    brought = [servers.postgres, servers.valkey] if servers else []
    return Supervisor(parts, say, brought).run(lambda: greet(folder, url, host, smtp_port))


def load_django() -> None:
    """Load the program once: the parts are forked from it and share its memory."""
    import channels.routing  # noqa: F401
    import django
    import uvicorn  # noqa: F401
    from django.urls import get_resolver

    django.setup()
    from helpdesk.celery import load_mail

    load_mail()
    _ = get_resolver().url_patterns


def prepared() -> bool:
    """Prepare in a process of its own: this one holds no connection that a part could inherit."""
    from .parts import FORK
    from .preparation import prepare

    demo = os.environ.get("FANOOS_DEMO", "yes") != "no"
    process = FORK.Process(target=prepare, args=(say,), kwargs={"demo": demo})
    process.start()
    try:
        process.join()
    except KeyboardInterrupt:
        process.terminate()
        process.join()
        raise
    if process.exitcode:
        say("\nThe desk could not be prepared; see above.")
    return process.exitcode == 0


def greet(folder: Path, url: str, host: str, smtp_port: int) -> None:
    """Tell where everything is, on the screen and in desk.json."""
    address = {"url": url, "smtp": [host, smtp_port], "pid": os.getpid()}
    (folder / "desk.json").write_text(json.dumps(address))
    relay = os.environ.get("EMAIL_URL", "").rpartition("@")[2]
    lines = [
        f"Fanoos is ready, after {time.monotonic() - began:.1f} s.",
        "",
        f"  Desk      {url}/",
        f"  Mail in   SMTP {host}:{smtp_port}",
        f"  Mail out  {f'through {relay}' if relay else f'{url}/outbox/'}",
        f"  A shop    {url}/demo/shop/",
        f"  Logs      {folder / 'logs'}",
    ]
    if accounts := _read(folder / "demo-accounts.json"):
        lines += ["", "  Sign in as"]
        width = {key: max(len(account[key]) for account in accounts) for key in ("name", "role", "email")}
        for account in accounts:
            cells = [f"{account[key]:<{width[key]}}" for key in ("name", "role", "email")]
            lines.append(f"    {'  '.join([*cells, account['password']])}")
    say("\n".join(["", *lines, "", "Ctrl-C stops it.", ""]))


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    sys.exit(main())
