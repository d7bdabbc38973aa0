"""Make the demo a hundred times as large, to see what a page costs in an organisation of some size.

    DEMO=1 DATABASE_URL=sqlite:////folder/large.sqlite3 python bench/grow.py --times 100

Run it on a database of its own that `seed_demo` has filled. News, stories, manuals, onboarding paths, colleagues and
enrolments are copied; pictures are shared. The search index is rebuilt at the end.
"""

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from tqdm import tqdm  # noqa: E402

from base.stamp import touch_content  # noqa: E402
from guidelines.models import ManualPage  # noqa: E402
from home.models import NewsPage  # noqa: E402
from onboarding.models import Enrolment, PathPage, StepProgress  # noqa: E402
from people.models import User  # noqa: E402
from stories.models import StoryPage  # noqa: E402


def copy_pages(times: int) -> None:
    """``times - 1`` copies of every news item, story, manual and path that is nobody's alias."""
    for model in (NewsPage, StoryPage, ManualPage, PathPage):
        originals = list(model.objects.live().filter(alias_of__isnull=True).exclude(slug__contains="-copy-"))
        for number in tqdm(range(1, times), desc=model._meta.verbose_name):
            with transaction.atomic():
                for page in originals:
                    changes = {"slug": f"{page.slug}-copy-{number}", "title": f"{page.title} {number}"}
                    if hasattr(page, "date"):
                        changes["date"] = page.date - timedelta(days=number)
                    page.copy(recursive=True, copy_revisions=False, update_attrs=changes, log_action=None)


def copy_people(times: int) -> None:
    """``times - 1`` copies of every colleague, of their enrolments and of their progress."""
    people = list(User.objects.exclude(email__contains="+copy"))
    enrolments = list(Enrolment.objects.filter(user__in=people).prefetch_related("progress"))
    for number in tqdm(range(1, times), desc="colleagues"):
        copies = {}
        for person in people:
            name, _, domain = person.email.partition("@")
            fields = {
                field.name: getattr(person, field.name)
                for field in User._meta.concrete_fields
                if field.name not in ("id", "email", "staff_number", "is_superuser")
            }
            copies[person.pk] = User.objects.create(email=f"{name}+copy{number}@{domain}", **fields)
        for enrolment in enrolments:
            twin = Enrolment.objects.create(
                user=copies[enrolment.user_id], path_key=enrolment.path_key, start_date=enrolment.start_date
            )
            StepProgress.objects.bulk_create(
                StepProgress(
                    enrolment=twin, step_key=row.step_key, opened_at=row.opened_at, completed_at=row.completed_at
                )
                for row in enrolment.progress.all()
            )


def main() -> None:
    """Copy, then rebuild the index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100, help="how many times the demo's data (100)")
    times = parser.parse_args().times
    copy_people(times)
    copy_pages(times)
    touch_content()
    call_command("rebuild_search")


if __name__ == "__main__":
    main()
