"""Veldbron's teams and colleagues."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from people.models import Location, Team, User
from people.retention import current_periods, save_periods

from .content import FOLDER, Voice, everybody, load, plans
from .registry import Registry

PASSWORD = "demo"  # noqa: S105 - printed for everybody, refused outside demo mode by people.backends


def add_people(registry: Registry, dutch: Voice, english: Voice) -> None:
    """Locations, teams, colleagues with their photo and roles, and who leads whom."""
    content = load("people")
    for location in content["locations"]:
        name = dutch.say(location["name"], location["key"])
        Location.objects.get_or_create(name=name, defaults={"name_en": english.say(location["name"], location["key"])})
    for team in content["teams"]:
        if registry.is_new(f"team/{team['key']}"):
            _add_team(team, content["teams"], dutch, english)
    new = [person for person in everybody() if registry.is_new(f"person/{person['key']}")]
    # One hash for all: the password is no secret, and hashing nine times takes seconds.
    password = make_password(PASSWORD) if new else ""
    for person in new:
        _add_person(person, content["teams"], password, dutch, english)
    for person in new:
        if "manager" in person:
            User.objects.filter(pk=registry.person(person["key"])).update(manager=registry.person(person["manager"]))
        registry.note(f"person/{person['key']}")
    for team in content["teams"]:
        if registry.is_new(f"team/{team['key']}"):
            leads = [registry.person(name) for name in team["leads"]]
            Team.objects.get(name=dutch.say(team["name"], team["key"])).leads.add(*leads)
            registry.note(f"team/{team['key']}")


def confirm_retention(registry: Registry) -> None:
    """Veldbron's HR agreed to the periods that the portal proposes."""
    if not registry.is_new("retention-periods"):
        return
    hr = User.objects.filter(groups__name="HR").order_by("pk").first()
    save_periods(periods=current_periods(), are_confirmed=True, by=hr)
    registry.note("retention-periods")


def newcomers_first_day(today: date) -> date:
    """The last Monday that is at least a week ago: the newcomer is in her second week, whenever the demo is made."""
    week_ago = today - timedelta(days=7)
    return week_ago - timedelta(days=week_ago.weekday())


def first_day_of_week(today: date, weeks: int) -> date:
    """The Monday so many weeks after the newcomer's: 1 is this week, 2 the next one."""
    return newcomers_first_day(today) + timedelta(weeks=weeks)


def demo_accounts() -> list[tuple[str, str, str]]:
    """E-mail address, name and what the role may do (in English) of the accounts whose password is printed."""
    people = {person["key"]: person for person in load("people")["people"]}
    accounts = [people[key] for key in load("people")["accounts"]]
    return [
        (person["email"], f"{person['first_name']} {person['last_name']}", person["account"]) for person in accounts
    ]


def _add_team(team: dict, teams: list[dict], dutch: Voice, english: Voice) -> None:
    parent = None
    if "parent" in team:
        above = next(other for other in teams if other["key"] == team["parent"])
        parent = Team.objects.get(name=dutch.say(above["name"], team["parent"]))
    Team.objects.get_or_create(
        name=dutch.say(team["name"], team["key"]),
        defaults={"name_en": english.say(team["name"], team["key"]), "parent": parent},
    )


def _add_person(person: dict, teams: list[dict], password: str, dutch: Voice, english: Voice) -> None:
    if User.objects.filter(email__iexact=person["email"]).exists():
        return
    where = person["key"]
    team = next(team for team in teams if team["key"] == person["team"])
    user = User(
        email=person["email"],
        first_name=person["first_name"],
        last_name=person["last_name"],
        staff_number=person["staff_number"],
        job_title=dutch.say(person["job_title"], where),
        job_title_en=english.say(person["job_title"], where),
        phone=person["phone"],
        team=Team.objects.get(name=dutch.say(team["name"], where)),
        location=_location(person.get("location", team["location"]), dutch),
        contract_type=person.get("contract", User.ContractType.PERMANENT),
        locale=person.get("locale", "nl"),
        working_days=person.get("working_days", [0, 1, 2, 3, 4]),
        hours_per_week=person.get("hours", 36),
        start_date=_first_day(person, dutch.today),
        is_superuser=person.get("is_superuser", False),
        password=password if "account" in person else make_password(None),
    )
    photo = FOLDER / "avatars" / f"{where}.webp"
    if photo.exists():
        user.photo.save(photo.name, ContentFile(photo.read_bytes()), save=False)
    user.save()
    user.groups.set(Group.objects.filter(name__in=["Employees", *person.get("groups", [])]))


def _location(key: str, dutch: Voice) -> Location:
    names = {location["key"]: location["name"] for location in load("people")["locations"]}
    return Location.objects.get(name=dutch.say(names[key], key))


def _first_day(person: dict, today: date) -> date:
    if person["started"] == "newcomer":
        return first_day_of_week(today, plans()[person["key"]]["start"])
    return person["started"]
