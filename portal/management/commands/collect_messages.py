"""``manage.py collect_messages``: the interface's messages, in both languages."""

import polib
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

from portal.catalogues import LOCALE_DIR, compile_catalogues


class _Collect(makemessages.Command):
    """Django's own collecting, without guessing: a wrong guess is worse than an open place."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    """Collect messages from code and templates; English ones are their own translation."""

    help = (
        "Collect messages into portal/locale (needs GNU gettext), fill in English, compile, and say what lacks Dutch."
    )

    def handle(self, *args, **options):
        """Run makemessages for both languages, drop what is no longer used, and list what is untranslated."""
        call_command(
            _Collect(),
            locale=["nl", "en"],
            no_obsolete=True,
            add_location="file",
            ignore_patterns=[".venv/*", "tests/*", "var/*", "bench/*"],
            verbosity=0,
        )
        english, dutch = (self._tidy(language) for language in ("en", "nl"))
        self._fill_english(english)
        for entry in dutch.untranslated_entries():
            self.stdout.write(f"no Dutch yet: {entry.msgid!r}")
        compile_catalogues()

    def _tidy(self, language: str) -> polib.POFile:
        catalogue = polib.pofile(str(LOCALE_DIR / language / "LC_MESSAGES" / "django.po"))
        # Without the date of collecting, a catalogue changes only when a message does.
        catalogue.header, catalogue.metadata_is_fuzzy = "", False
        catalogue.metadata = {
            "Project-Id-Version": "portal",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=2; plural=(n != 1);",
        }
        catalogue.save()
        return catalogue

    def _fill_english(self, catalogue: polib.POFile) -> None:
        for entry in catalogue.untranslated_entries():
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            else:
                entry.msgstr = entry.msgid
        catalogue.save()
