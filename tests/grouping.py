"""Tests that share what is dear to make run in one process."""

from pathlib import Path

import pytest


def run_together(items, conftest: str, *marks: pytest.MarkDecorator) -> None:
    """Mark every test below the folder of this ``conftest``: one process runs them all, also with xdist."""
    folder = Path(conftest).parent
    for item in items:
        if folder in item.path.parents:
            for mark in (*marks, pytest.mark.xdist_group(folder.name)):
                item.add_marker(mark)
