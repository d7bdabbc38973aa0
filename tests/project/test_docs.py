"""What the documents promise is true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
SETTINGS_DOC = (ROOT / "docs" / "settings.md").read_text()


def make_targets() -> set[str]:
    """The targets of the Makefile that have a help line."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_target_the_readme_names_exists():
    named = set(re.findall(r"`?make ([a-z]+)", README)) - {"sure"}
    assert {"demo", "test"} <= named
    assert named <= make_targets() | {"and"}, named - make_targets()


def test_the_two_commands_stand_on_the_first_screen():
    first_screen = "\n".join(README.splitlines()[:20])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_every_setting_read_from_the_environment_is_documented():
    source = "".join(path.read_text() for path in (ROOT / "portal" / "settings").glob("*.py") if path.name != "test.py")
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_0-9]+)\"", source))
    assert "DATABASE_URL" in read
    first_cells = re.findall(r"^\| (`[A-Z].*?) \|", SETTINGS_DOC, re.MULTILINE)
    assert read == {name for cell in first_cells for name in re.findall(r"`([A-Z_0-9]+)`", cell)}


@pytest.mark.parametrize("document", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_every_link_between_documents_leads_somewhere(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_readme_names_only_rooms_that_exist():
    for room in re.findall(r"^\| (`[^|]+) \|", README, re.MULTILINE):
        for name in re.findall(r"`([a-z]+)/`", room):
            assert (ROOT / name).is_dir(), name
