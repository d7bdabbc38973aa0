"""Every package is pinned, and looking for known holes says what it found, or that it couldn't look."""

import re
import tomllib
from pathlib import Path

import pytest

from bench.audit import NOT_KNOWN, main, pins, project

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.txt").read_text()
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==[0-9][\w.+!-]*(?: ; .+)?$")


def _name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement).group().lower().replace("_", "-").replace(".", "-")


def test_every_package_is_pinned_to_one_version():
    assert len(pins(LOCK)) > 80
    assert [line for line in pins(LOCK) if not PIN.match(line)] == []
    assert "git+" not in LOCK and "file:" not in LOCK and "://" not in re.sub(r"#.*", "", LOCK)


def test_what_the_project_asks_for_is_in_the_lock():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    assert {_name(line) for line in asked} <= {_name(line) for line in pins(LOCK)}


def test_what_is_audited_is_the_lock_with_or_without_hashes():
    hashed = "a==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via b\nb==2 ; sys_platform == 'win32'\n"
    assert pins(hashed) == ["a==1.0", "b==2 ; sys_platform == 'win32'"]
    assert tomllib.loads(project(pins(hashed)))["project"]["dependencies"] == pins(hashed)


@pytest.mark.parametrize(
    ("lock", "audit", "code"), [(0, 0, 0), (0, 1, 1), (0, 2, NOT_KNOWN), (2, 0, NOT_KNOWN)], ids=str
)
def test_a_hole_none_and_not_known_are_told_apart(tmp_path, capsys, lock, audit, code):
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\n[ "$1" = lock ] && exit {lock}\nexit {audit}\n')
    uv.chmod(0o755)
    assert main(str(uv)) == code
    said = capsys.readouterr()
    assert ("no known hole" in said.out) == (code == 0)
    assert ("can't be reached" in said.err) == (code == NOT_KNOWN)
