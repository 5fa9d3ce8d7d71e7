"""The page server: process workers with persistent database connections. Sockets have a server of their own."""

import gc
import multiprocessing
import os
import shutil
from typing import Any

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() + 1))
worker_class = "sync"
# Loaded once, shared by all workers; connections are opened after the fork.
preload_app = True
# Nothing of what is loaded is garbage, and looking for some would unshare the workers' memory.
gc.disable()
timeout = 60
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
# A heartbeat on a disk can block; shared memory cannot.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# Only the proxy reaches this port; the address that it forwards is read by the settings (TRUSTED_PROXIES).
forwarded_allow_ips = "*"
accesslog = None
errorlog = "-"
# Containers are replaced, not talked to; and its socket would lie in a home folder, which they lack.
control_socket_disable = True

METRICS = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
if METRICS:
    os.makedirs(METRICS, exist_ok=True)  # preloading opens counters there


def on_starting(server: Any) -> None:
    """Begin the counters of this start anew."""
    if METRICS:
        shutil.rmtree(METRICS, ignore_errors=True)
        os.makedirs(METRICS)


def pre_fork(server: Any, worker: Any) -> None:
    """What the worker inherits stays out of its garbage collector's sight."""
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    gc.enable()


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that is gone."""
    if METRICS:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
