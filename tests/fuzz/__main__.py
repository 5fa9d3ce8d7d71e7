"""`python -m tests.fuzz`: mails broken at random, by all cores, until enough were read or the time is up.

What fails is made shorter while it fails the same way, and kept in `tests/channels_inbox/email/kept/`, from where every
run of the tests reads it again. The exit status says whether anything failed.
"""

import argparse
import hashlib
import os
import random
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from channels_inbox.adapters.email.parse import parse
from tests.channels_inbox.email.mutating import SEEDS, check, mutated

KEPT = Path(__file__).parents[1] / "channels_inbox" / "email" / "kept"
SLOW = 2.0
BATCH = 500
SHORTENING = 20.0
"""Seconds that shortening one failure may take."""


@dataclass
class Tally:
    read: int = 0
    slowest: float = 0.0
    largest: int = 0
    """Most memory that the process ever had, in bytes."""
    failed: list[tuple[str, bytes]] = field(default_factory=list)


def trouble(raw: bytes) -> tuple[str, float]:
    """How reading `raw` went wrong ("" when it did not), and its seconds of one core."""
    began = time.process_time()
    try:
        check(parse(raw))
        kind = ""
    except Exception as error:
        kind = type(error).__name__
    took = time.process_time() - began
    return kind or ("Slow" if took > SLOW else ""), took


def batch(seed: int, seeds: Sequence[bytes]) -> Tally:
    """`BATCH` mails, the same for the same `seed`."""
    tally, chance = Tally(), random.Random(seed)
    for _ in range(BATCH):
        raw = mutated(chance, seeds)
        kind, took = trouble(raw)
        tally.read += 1
        tally.slowest = max(tally.slowest, took)
        if kind:
            tally.failed.append((kind, shortened(raw, kind)))
    tally.largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return tally


def shortened(raw: bytes, kind: str) -> bytes:
    """A part of `raw` that fails in the same way, as short as halving steps find in time."""
    until, step = time.monotonic() + SHORTENING, len(raw) // 2
    while step and time.monotonic() < until:
        for start in range(0, len(raw), step):
            without = raw[:start] + raw[start + step :]
            if trouble(without)[0] == kind:
                raw = without
                break
            if time.monotonic() > until:
                break
        else:
            step //= 2
    return raw


def main() -> int:
    asked = _arguments()
    seeds = [path.read_bytes() for folder in asked.seeds for path in sorted(folder.rglob("*.eml"))]
    total, began = Tally(), time.monotonic()
    batches = range(asked.seed, asked.seed + -(-asked.inputs // BATCH))
    with ProcessPoolExecutor(asked.workers) as pool:
        for tally in pool.map(partial(batch, seeds=[*SEEDS, *seeds]), batches):
            total.read += tally.read
            total.slowest = max(total.slowest, tally.slowest)
            total.largest = max(total.largest, tally.largest)
            total.failed += tally.failed
            if time.monotonic() - began > asked.minutes * 60:
                pool.shutdown(cancel_futures=True)
                break
    for kind, raw in total.failed:
        _keep(kind, raw)
    took = time.monotonic() - began
    print(
        f"{total.read:,} mails in {took:.0f} s ({total.read / took:,.0f} a second), seed {asked.seed}: "
        f"{len(total.failed)} failed, slowest {total.slowest:.2f} s, most memory {total.largest / 2**20:.0f} MB"
    )
    return int(bool(total.failed))


def _keep(kind: str, raw: bytes) -> None:
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{kind.lower()}-{hashlib.sha256(raw).hexdigest()[:12]}.eml"
    path.write_bytes(raw)
    print(f"{kind}: kept as {path.relative_to(KEPT.parents[3])}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=5, help="the longest it may take")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument(
        "--seeds", type=Path, nargs="*", default=[], help="folders of more mails to begin with"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
