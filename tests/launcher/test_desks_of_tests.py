"""What journeys stand on: a desk of theirs may say as much as it likes."""

import sys

from tests.plugins.desk import Desk

CHATTY = """
import os, pathlib
pathlib.Path(os.environ["FANOOS_LOCAL_DIR"], "desk.json").write_text('{"url": "http://desk", "smtp": ["desk", 25]}')
print("Ctrl-C stops it", flush=True)
for number in range(20_000):
    print("a warning of some length, number", number)
"""


def test_a_desk_is_not_held_up_by_what_it_prints(tmp_path):
    desk = Desk(tmp_path)
    desk.command = (sys.executable, "-c", CHATTY)
    desk.start()
    assert desk.url == "http://desk"
    assert desk.process.wait(10) == 0, "more than a pipe holds"
    assert desk.says("number 19999")
    assert not desk.says("number 20000"), "said at once, as nobody is left who could say it"
