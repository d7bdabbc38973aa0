"""``manage.py search_evaluate``: what the search answers to a list of judged queries."""

import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from guidelines.models import ChapterPage, ManualPage
from search.engine import IndexUnavailable, get_engine
from search.query import Question, answer_in

DEPTH = 20


class Command(BaseCommand):
    """Asks every query as a reader would who may see every page, and writes which imported pages were found.

    Pages that were not imported have no name in a judged list and are left out.
    """

    help = "Run the queries of a file ({qid, lang, query} a line) and write {qid, results, ms} a line for scoring."

    def add_arguments(self, parser):
        """Where from and where to."""
        parser.add_argument("queries", type=Path, help="JSON lines with qid, lang and query")
        parser.add_argument("--out", type=Path, required=True, help="the file to write, JSON lines as well")

    def handle(self, *args, queries: Path, out: Path, verbosity: int, **options):
        """Raises CommandError where a file can't be read or written, or there is no index."""
        try:
            asked = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines() if line.strip()]
            rows = self.run_all(asked, quiet=verbosity == 0)
            out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        except IndexUnavailable as error:
            raise CommandError(f"{error} Run `manage.py rebuild_search` first.") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{queries} or {out}: {error!r}") from error
        if verbosity:
            self.stdout.write(f"{len(rows)} queries answered, written to {out}.")

    @staticmethod
    def run_all(asked: list[dict], quiet: bool) -> list[dict]:
        """One row for each query; ``ms`` is what planning and finding took."""
        engine = get_engine()
        sources: dict[int, str] = {}
        for model in (ManualPage, ChapterPage):
            sources |= dict(model.objects.exclude(source_path="").values_list("pk", "source_path"))
        rows = []
        for query in tqdm(asked, unit="query", disable=quiet):
            started = time.perf_counter()
            found = answer_in(Question.from_input(query["query"], query["lang"]), engine=engine)
            elapsed = (time.perf_counter() - started) * 1000
            paths = [sources[pk] for pk in found.pages if pk in sources]
            rows.append({"qid": query["qid"], "results": paths[:DEPTH], "ms": round(elapsed, 2), "weak": found.is_weak})
        return rows
