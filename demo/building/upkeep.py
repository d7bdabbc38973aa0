"""What colleagues of the demo searched for in the last weeks, and what an editor put first."""

from datetime import date, timedelta

from django.utils import timezone
from wagtail.models import Page

from people.models import User
from search.models import Promotion, QueryLog
from search.promotion_services import save_promotion
from search.querysets import monday_of
from search.telling import tell_worklist

from .content import load
from .registry import Registry


def add_upkeep(registry: Registry, editor: User, today: date) -> int:
    """Count words of the last weeks and put pages first, each once; returns how many words are new."""
    count = 0
    for row in load("search")["asked"]:
        name = f"asked/{row['language']}/{row['words']}"
        if registry.is_new(name):
            _count(row, today)
            registry.note(name)
            count += 1
    for row in load("search")["put_first"]:
        name = f"put_first/{row['words']}"
        if registry.is_new(name):
            save_promotion(
                words=row["words"],
                match=Promotion.Match.EXACT,
                language=row["language"],
                page_key=Page.objects.get(pk=registry.page(row["page"])).translation_key,
                kind=Promotion.Kind.PROMOTED,
                owner=User.objects.get(pk=registry.person(row["owner"])),
                ends_on=today + timedelta(days=row["days"]),
                note=row["note"],
                actor=editor,
            )
            registry.note(name)
    if count:
        tell_worklist(timezone.now())
    return count


def _count(row: dict, today: date) -> None:
    """Sums, as the portal keeps them: nobody's own questions are made up."""
    opened = list(row.get("opened", []))
    weeks = len(row["asked"])
    for number, asked in enumerate(row["asked"]):
        if not asked:
            continue
        places, opened = opened[:asked], opened[asked:]
        QueryLog.objects.get_or_create(
            query=row["words"],
            language=row["language"],
            week=monday_of(today) - timedelta(weeks=weeks - 1 - number),
            defaults={
                "asked": asked,
                "without_result": asked if row["results"] == 0 else 0,
                "weak": asked if row.get("weak") else 0,
                "clicked": len(places),
                "rank_sum": sum(places),
                "last_total": row["results"],
            },
        )
