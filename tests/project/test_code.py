"""The project as a whole: layers, migrations, settings, catalogues."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

from tests.production import PRODUCTION
from tests.requirements import need

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, **env: str) -> subprocess.CompletedProcess:
    """The outcome of a command run at the project's root."""
    # What the browser's tests need of Django in this process is refused in production.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**inherited, **env}, capture_output=True, text=True, check=False
    )


def test_imports_only_point_down():
    outcome = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert outcome.returncode == 0, outcome.stdout


def test_code_is_in_shape():
    ruff = str(Path(sys.executable).parent / "ruff")
    assert run(ruff, "check", "--no-cache", ".").stdout.strip().endswith("All checks passed!")
    outcome = run(ruff, "format", "--check", "--no-cache", ".")
    assert outcome.returncode == 0, outcome.stdout


def test_no_message_hides_in_an_f_string():
    # xgettext doesn't look inside them, so the catalogues would lack the message unnoticed.
    translating = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOT.glob("[a-z]*/**/*.py")
        for joined in ast.walk(ast.parse(path.read_text()))
        if isinstance(joined, ast.JoinedStr)
        for node in ast.walk(joined)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in translating
    ]
    assert hidden == []


def test_templates_are_in_shape():
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    outcome = run(str(Path(sys.executable).parent / "djhtml"), "--check", "--tabwidth", "2", *templates)
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_production_settings_pass_djangos_own_check():
    outcome = run(
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        DJANGO_SETTINGS_MODULE="portal.settings.production",
        **{**PRODUCTION, "DATABASE_URL": "sqlite://:memory:"},
    )
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_message_is_translated(language):
    catalogue = polib.pofile(str(ROOT / "portal" / "locale" / language / "LC_MESSAGES" / "django.po"))
    assert len(catalogue) > 100
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_the_catalogues_hold_every_message_of_the_interface(tmp_path):
    need(shutil.which("xgettext"), "GNU gettext (apt-get install gettext)")
    copy = tmp_path / "copy"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "var", "staticfiles", "node_modules", "*.sqlite3*")
    )
    outcome = subprocess.run(
        [sys.executable, "manage.py", "collect_messages"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    for language in ("nl", "en"):
        path = Path("portal") / "locale" / language / "LC_MESSAGES" / "django.po"
        known, found = (
            {(e.msgctxt, e.msgid, e.msgid_plural) for e in polib.pofile(str(root / path))} for root in (ROOT, copy)
        )
        assert found == known, f"run `make messages`: {found ^ known}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_translations_keep_the_placeholders(language):
    import re

    catalogue = polib.pofile(str(ROOT / "portal" / "locale" / language / "LC_MESSAGES" / "django.po"))
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    for entry in catalogue:
        texts = [entry.msgstr] if not entry.msgid_plural else [entry.msgstr_plural[1]]
        wanted = set(placeholder.findall(entry.msgid_plural or entry.msgid))
        for text in texts:
            assert set(placeholder.findall(text)) == wanted, entry.msgid
