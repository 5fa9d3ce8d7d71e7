"""`make run`, as on a fresh machine: it starts, greets, is stopped, and says what goes wrong."""

import os
import signal
import smtplib
import socket
import time
import urllib.request
from pathlib import Path

import pytest


def test_it_serves_and_stops_leaving_nothing(own_desk):
    own_desk.start()
    assert urllib.request.urlopen(f"{own_desk.url}/healthz", timeout=5).status == 200
    with smtplib.SMTP(*own_desk.smtp, timeout=5) as mail:
        assert mail.noop()[0] == 250
    screen = "".join(own_desk.screen)
    assert f"{own_desk.url}/" in screen
    assert "SMTP {}:{}".format(*own_desk.smtp) in screen
    assert f"{own_desk.url}/outbox/" in screen

    family = descendants(own_desk.process.pid)
    assert len(family) > 6, "parts, the workers' children, and both servers"
    began = time.monotonic()
    assert own_desk.stop() == 0
    assert time.monotonic() - began < 10
    assert not [pid for pid in family if alive(pid)]

    began = time.monotonic()
    own_desk.screen.clear()
    own_desk.start()
    crowd = max(1.0, os.getloadavg()[0] / os.cpu_count())
    assert time.monotonic() - began < 6 * crowd, "a second start has little to do"

    family = descendants(own_desk.process.pid)
    assert own_desk.stop(signal.SIGTERM) == 0, "ended as a service manager does"
    assert not [pid for pid in family if alive(pid)]


def test_taken_ports_move_on_and_a_dead_part_ends_all(desks):
    with socket.create_server(("127.0.0.1", 18200)), socket.create_server(("127.0.0.1", 12700)):
        desk = desks("moved", FANOOS_PORT="18200", SMTP_GATEWAY_PORT="12700")
    screen = "".join(desk.screen)
    assert "Port 18200 is taken: the desk moves to" in screen
    assert "Port 12700 is taken: the mail gateway moves to" in screen
    assert not desk.url.endswith(":18200")

    twin = type(desk)(desk.folder, **desk.env)
    with pytest.raises(AssertionError, match="runs already"):
        twin.start()

    family = descendants(desk.process.pid)
    os.kill(children(desk.process.pid)[0], signal.SIGKILL)
    assert desk.process.wait(15) != 0
    desk.stop()
    assert "The part “web” has ended with code -9" in "".join(desk.screen)
    assert not [pid for pid in family if alive(pid)]


def test_a_killed_launcher_takes_its_parts_along(desks):
    desk = desks("killed")
    family = descendants(desk.process.pid)
    desk.process.kill()
    desk.process.wait()
    assert within(10, lambda: not [pid for pid in family if alive(pid)])


def children(pid):
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def descendants(pid):
    return [found for child in children(pid) for found in (child, *descendants(child))]


def alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def within(seconds, condition):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()
