"""Tests that share what is dear to make run in one process."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# No database is asked for, so that nothing is made for it.
TEST = """
import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_it(number):
    pass
"""


def test_a_group_stays_in_one_process(tmp_path):
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(TEST)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-p",
        "no:django",
        "-p",
        "no:randomly",
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    outcome = subprocess.run(  # noqa: S603
        [*command, "-c", os.devnull, "--rootdir", tmp_path, tmp_path],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    workers = re.findall(r"\[(gw\d+)\] .*PASSED", outcome.stdout)
    assert len(workers) == 12 and len(set(workers)) == 1, outcome.stdout[-2000:] + outcome.stderr[-500:]
