"""Fills a demo on PostgreSQL up to the size of a large organisation, by statements that make all rows of a kind at once."""

import itertools
import math
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

NAME = "groot"
FIRST = "Anna Bas Cees Daan Eva Fatma Gijs Hanna Iris Jan Kim Lars Mila Noud Olga Piet Quinten Roos Sem Tess".split()  # noqa: SIM905
LAST = "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Kok Kuipers".split()  # noqa: SIM905
A_TEAM, UNDER_WAY, MARKS_EACH = 15, 17, 400


@dataclass(frozen=True)
class Sizes:
    """How many of each there should be."""

    people: int
    pages: int
    progress: int
    reads: int

    def times(self, factor: float) -> "Sizes":
        """The same shape, smaller."""
        return Sizes(*(int(number * factor) for number in (self.people, self.pages, self.progress, self.reads)))


def run(sql: str, *values) -> int:
    """Execute; returns how many rows it was about."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.rowcount


def ask(sql: str, *values) -> list[tuple]:
    """The rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def copy_rows(model: type[Model], joined: str, changes: dict[str, str]) -> int:
    """Insert a row of ``model`` for each row of ``t`` (one of its table) with ``joined``; ``changes`` are SQL by column."""
    fields = [
        field.column for field in model._meta.local_concrete_fields if not field.primary_key or field.column in changes
    ]
    fields += [field.column for field in model._meta.local_concrete_fields if field.primary_key and field.is_relation]
    fields = list(dict.fromkeys(fields))
    columns = ", ".join(f'"{name}"' for name in fields)
    values = ", ".join(changes.get(name, f't."{name}"') for name in fields)
    return run(
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} FROM "{model._meta.db_table}" t {joined}'
    )


@contextmanager
def without_indexes(model: type[Model]) -> Iterator[None]:
    """Take indexes and unique constraints away while millions of rows go in, and make them again."""
    table = model._meta.db_table
    constraints = ask(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        table,
    )
    indexes = ask(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = %s AND i.indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        table,
        table,
    )
    for name, _definition in constraints:
        run(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        run(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        run(definition)
    for name, definition in constraints:
        run(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')


def grow(sizes: Sizes, report=print) -> None:
    """Bring the demo to these sizes. The rows are made without asking foreign keys: they are right by how they are made."""
    run("SET session_replication_role = replica")
    run("SET maintenance_work_mem = '1GB'")
    report(f"people: {_grow_people(sizes.people):,}")
    report(f"pages: {_grow_pages(sizes.pages):,}")
    enrolments, rows = _grow_progress(sizes.progress)
    report(f"enrolments: {enrolments:,}, with rows of progress: {rows:,}")
    report(f"read marks: {_grow_reads(sizes.reads):,}")
    run("SET session_replication_role = origin")
    run("ANALYZE")


def _grow_people(total: int) -> int:
    from people.models import Team, User

    teams = math.ceil(total / A_TEAM)
    run(
        "INSERT INTO people_team (name, name_en, parent_id) SELECT 'Ploeg ' || n, '', "
        "(SELECT min(id) FROM people_team) FROM generate_series(1, %s) n",
        teams,
    )
    first_team = Team.objects.get(name="Ploeg 1").pk
    template = User.objects.get(email="employee@demo.example")
    missing = total - User.objects.count()
    first, last = (f"(ARRAY{names!r})[1 + %s]" for names in (FIRST, LAST))
    changes = {
        "key": "gen_random_uuid()",
        "email": f"'{NAME}' || n || '@example.org'",
        "staff_number": "'G' || n",
        "first_name": first % f"n %% {len(FIRST)}",
        "last_name": (last % f"n / {len(FIRST)} %% {len(LAST)}") + " || ' ' || n",
        "photo": "''",
        "password": "'!'",
        "team_id": f"{first_team} + n / {A_TEAM}",
        "manager_id": "NULL",
        "start_date": "current_date - 100 - n %% 3000",
    }
    changes = {column: sql.replace("%%", "%") for column, sql in changes.items()}
    copy_rows(User, f"CROSS JOIN generate_series(1, {missing}) n WHERE t.id = {template.pk}", changes)
    run(
        f"UPDATE people_user u SET manager_id = m.id FROM people_user m WHERE u.email LIKE '{NAME}%%' AND m.email = "
        f"'{NAME}' || (greatest(substring(u.email from '[0-9]+')::int / {A_TEAM} * {A_TEAM}, 1)) || '@example.org' "
        "AND m.id <> u.id".replace("%%", "%")
    )
    employees = ask("SELECT id FROM auth_group WHERE name = 'Employees'")[0][0]
    run(
        f"INSERT INTO people_user_groups (user_id, group_id) SELECT id, {employees} FROM people_user "
        f"WHERE email LIKE '{NAME}%'"
    )
    return User.objects.count()


def _grow_pages(total: int) -> int:
    """Copies of the demo's manuals, news and stories, each in both languages, until there are so many."""
    from wagtail.models import Page

    from guidelines.models import ManualIndexPage, ManualPage
    from home.models import NewsPage
    from stories.models import StoryPage, StoryReach

    roots = [page for model in (ManualPage, NewsPage, StoryPage) for page in model.objects.order_by("path")]
    one_more = [(root, list(Page.objects.filter(path__startswith=root.path).order_by("path"))) for root in roots]
    each = sum(len(pages) for _root, pages in one_more)
    copies = max((total - Page.objects.count()) // each, 0)
    if not copies or not ManualIndexPage.objects.exists():
        return Page.objects.count()
    parents = {page.path: page for page in Page.objects.filter(path__in={root.path[: -Page.steplen] for root in roots})}
    ends = {path: int(page.get_last_child().path[-Page.steplen :], 36) for path, page in parents.items()}
    ids, rows = itertools.count(ask("SELECT max(id) + 1 FROM wagtailcore_page")[0][0]), []
    for number in range(1, copies + 1):
        for root, pages in one_more:
            above = root.path[: -Page.steplen]
            ends[above] += 1
            path = Page._get_path(above, root.depth, ends[above])
            url = f"{root.url_path.rstrip('/')}-{number}/"
            for page in pages:
                is_root = page.pk == root.pk
                key = uuid.uuid5(page.translation_key, str(number))
                row = [page.pk, next(ids), number, path + page.path[len(root.path) :]]
                row += [
                    url + page.url_path[len(root.url_path) :],
                    f"{page.slug}-{number}" if is_root else page.slug,
                    key,
                ]
                rows.append(row)
    run(
        "CREATE TEMP TABLE grown (old_id int, new_id int, number int, path text, url_path text, slug text, key uuid, "
        "PRIMARY KEY (old_id, number))"
    )
    with connection.cursor() as cursor, cursor.copy("COPY grown FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    _copy_page_tables(
        {
            type(page)
            for _root, pages in one_more
            for page in Page.objects.filter(pk__in=[page.pk for page in pages]).specific()
        }
    )
    for path, page in parents.items():
        Page.objects.filter(pk=page.pk).update(
            numchild=Page.objects.filter(path__startswith=path, depth=page.depth + 1).count()
        )
    run("SELECT setval(pg_get_serial_sequence('wagtailcore_page', 'id'), (SELECT max(id) FROM wagtailcore_page))")
    StoryReach.objects.bulk_create(
        (
            StoryReach(story_id=pk, readers=pk % 900)
            for pk in StoryPage.objects.filter(reach=None).values_list("pk", flat=True)
        ),
        batch_size=5000,
    )
    return Page.objects.count()


def _copy_page_tables(models: set[type[Model]]) -> None:
    from wagtail.models import Page

    joined = "JOIN grown g ON g.old_id = t.id LEFT JOIN grown a ON a.old_id = t.alias_of_id AND a.number = g.number"
    changes = {name: f"g.{name}" for name in ("path", "url_path", "slug")}
    changes |= {"id": "g.new_id", "translation_key": "g.key", "alias_of_id": "a.new_id"}
    changes |= dict.fromkeys(("title", "draft_title"), "t.title || ' ' || g.number")
    changes |= dict.fromkeys(("latest_revision_id", "live_revision_id"), "NULL")
    copy_rows(Page, joined, changes)
    tables = {parent for model in models for parent in [*model._meta.get_parent_list(), model]} - {Page}
    for model in tables:
        link = model._meta.pk.column
        copy_rows(model, f"JOIN grown g ON g.old_id = t.{link}", {link: "g.new_id"})


def _grow_progress(total: int) -> tuple[int, int]:
    """Enrolments on the demo's path, of which one in seventeen is under way; earlier ones of the same person ended."""
    from onboarding.models import Enrolment, StepProgress

    template = Enrolment.objects.filter(user__email="newcomer@demo.example", ended_on=None).first()
    steps = template.progress.count()
    people = ask(f"SELECT count(*) FROM people_user WHERE email LIKE '{NAME}%'")[0][0]
    cycles = max(round(total / max(people * steps, 1)), 1)
    is_running = f"(c.n = {cycles} AND u.id % {UNDER_WAY} = 0)"
    began = f"(CASE WHEN {is_running} THEN current_date - (u.id % 90)::int ELSE current_date - 400 * ({cycles} - c.n + 1) END)"
    changes = {
        "user_id": "u.id",
        "manager_id": "u.manager_id",
        "cycle": "c.n",
        "start_date": began,
        "day_one": began,
        "completed_at": f"CASE WHEN c.n = {cycles} AND NOT {is_running} THEN {began} + interval '90 days' END",
        "ended_on": f"CASE WHEN c.n < {cycles} THEN {began} + 90 END",
        # What is over was looked at by the retention job already; its rows stay.
        "anonymised_at": f"CASE WHEN {is_running} THEN NULL ELSE now() END",
        "end_reason": f"CASE WHEN c.n < {cycles} THEN 'stopped' ELSE '' END",
    }
    joined = f"CROSS JOIN people_user u CROSS JOIN generate_series(1, {cycles}) c(n) WHERE t.id = {template.pk} AND u.email LIKE '{NAME}%'"
    enrolments = copy_rows(Enrolment, joined, changes)
    due = f"(e.start_date + (t.due_on - DATE '{template.start_date}'))"
    is_done = f"(e.completed_at IS NOT NULL OR (e.ended_on IS NULL AND {due} < current_date - 2))"
    changes = {
        "enrolment_id": "e.id",
        "due_on": due,
        "due_by_hand": "false",
        "opened_at": f"CASE WHEN {is_done} THEN {due}::timestamptz END",
        "completed_at": f"CASE WHEN {is_done} THEN {due}::timestamptz END",
        "completed_by_id": f"CASE WHEN {is_done} THEN e.user_id END",
        "submitted_at": "NULL",
        "submitted_language": "''",
        "waived_at": "NULL",
        "waived_by_id": "NULL",
        "assessment_key": "NULL",
        "nudged_at": "NULL",
    }
    joined = f"CROSS JOIN onboarding_enrolment e JOIN people_user u ON u.id = e.user_id AND u.email LIKE '{NAME}%' WHERE t.enrolment_id = {template.pk}"
    with without_indexes(StepProgress):
        return enrolments, copy_rows(StepProgress, joined, changes)


def _grow_reads(total: int) -> int:
    """What people ticked off as read: the only rows there are per reader and page. Stories' readers are totals."""
    from competencies.models import ReadMark

    people = ask(f"SELECT count(*) FROM people_user WHERE email LIKE '{NAME}%'")[0][0]
    marks = math.ceil(total / max(people, 1))
    keys = f"(SELECT DISTINCT translation_key AS key FROM wagtailcore_page WHERE live ORDER BY 1 LIMIT {marks})"
    with without_indexes(ReadMark):
        return run(
            "INSERT INTO competencies_readmark (user_id, page_key, anchor, marked_at) SELECT u.id, k.key, '', now() "
            f"FROM people_user u CROSS JOIN {keys} k WHERE u.email LIKE '{NAME}%'"
        )
