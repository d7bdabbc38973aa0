"""``manage.py collect_messages``: the interface's messages, in both languages."""

from pathlib import Path

import polib
from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.catalogues import LOCALE_DIR, compile_catalogues


class Command(BaseCommand):
    """Collect messages from code and templates; English ones are their own translation."""

    help = (
        "Collect messages into portal/locale (needs GNU gettext), fill in English, compile, and say what lacks Dutch."
    )

    def handle(self, *args, **options):
        """Run makemessages for both languages, drop what is no longer used, and list what is untranslated."""
        call_command(
            "makemessages",
            locale=["nl", "en"],
            no_obsolete=True,
            no_location=False,
            add_location="file",
            no_fuzzy_matching=True,
            ignore_patterns=[".venv/*", "tests/*", "staticfiles/*", "var/*", "demo/content/*"],
            verbosity=0,
        )
        self._fill_english(LOCALE_DIR / "en" / "LC_MESSAGES" / "django.po")
        dutch = polib.pofile(str(LOCALE_DIR / "nl" / "LC_MESSAGES" / "django.po"))
        for entry in dutch.untranslated_entries():
            self.stdout.write(f"no Dutch yet: {entry.msgid!r}")
        compile_catalogues()

    def _fill_english(self, path: Path) -> None:
        catalogue = polib.pofile(str(path))
        for entry in catalogue.untranslated_entries():
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            else:
                entry.msgstr = entry.msgid
        catalogue.save()
