"""Roles: who may do what, as data. A role is a group; ``create_roles`` makes the database say what stands here.

Somebody may have several roles. Only editors, HR and administrators enter the admin, and only administrators touch
accounts: who may change an account can make themselves anybody.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SITE, ONBOARDING, STORIES = "home.HomePage", "onboarding.PathIndexPage", "stories.StoryIndexPage"
COMPETENCIES = "competencies.CompetencyIndexPage"


@dataclass(frozen=True)
class Ability:
    """Something a role lets you do, in plain words, and every permission it takes.

    ``permissions`` are ``app.codename``; ``pages`` maps a page type to codenames that hold for all pages of that type
    and what is below them, in every language; ``files`` are ``app.codename`` on all collections.
    """

    key: str
    label: str | Promise
    permissions: tuple[str, ...] = ()
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()


WRITING = ("add_page", "change_page")
PUBLISHING = ("publish_page", "lock_page", "unlock_page", "bulk_delete_page")

ABILITIES = {
    ability.key: ability
    for ability in (
        Ability("admin", _("Open the admin"), ("wagtailadmin.access_admin",)),
        Ability("write", _("Write all pages"), pages={SITE: WRITING}),
        Ability("publish", _("Publish, lock and delete all pages"), pages={SITE: PUBLISHING}),
        Ability(
            "govern",
            _("See how manuals are kept up and hand them over"),
            ("guidelines.govern_manuals",),
        ),
        Ability("paths", _("Write and publish onboarding paths"), pages={ONBOARDING: WRITING + PUBLISHING}),
        Ability(
            "competencies",
            _("Write and publish competencies and profiles"),
            pages={COMPETENCIES: WRITING + PUBLISHING},
        ),
        Ability(
            "groups",
            _("Read how groups stand by a competency profile, without names"),
            ("competencies.read_groups",),
        ),
        Ability("judge", _("Judge stories of colleagues"), pages={STORIES: ("change_page", "publish_page")}),
        Ability(
            "files",
            _("Use, upload and change pictures, documents and videos"),
            files=(
                "wagtailimages.add_image",
                "wagtailimages.change_image",
                "wagtailimages.choose_image",
                "wagtaildocs.add_document",
                "wagtaildocs.change_document",
                "wagtaildocs.choose_document",
                "wagtailmedia.add_media",
                "wagtailmedia.change_media",
                "wagtailmedia.delete_media",
            ),
        ),
        Ability(
            "collections",
            _("Make collections and say who sees their files"),
            files=("wagtailcore.add_collection", "wagtailcore.change_collection", "wagtailcore.delete_collection"),
        ),
        Ability(
            "answers", _("Answer questions of colleagues, and publish the answers"), ("conversations.answer_questions",)
        ),
        Ability("translate", _("Translate pages"), ("wagtail_localize.submit_translation",)),
        Ability(
            "themes",
            _("Change themes of stories"),
            ("stories.add_storytheme", "stories.change_storytheme", "stories.delete_storytheme"),
        ),
        Ability("search_log", _("Read which words find nothing"), ("search.read_querylog",)),
        Ability(
            "promotions",
            _("Put pages first for words"),
            ("search.add_promotion", "search.change_promotion", "search.delete_promotion"),
        ),
        Ability(
            "redirects",
            _("Send old addresses on to new ones"),
            (
                "wagtailredirects.add_redirect",
                "wagtailredirects.change_redirect",
                "wagtailredirects.delete_redirect",
                "wagtailredirects.view_redirect",
            ),
        ),
        Ability(
            "search_words",
            _("Change the words that search understands"),
            ("search.add_concept", "search.change_concept", "search.delete_concept"),
        ),
        Ability("style", _("Change logo, colour and contact"), ("base.change_housestyle",)),
        Ability(
            "enrol",
            _("Put colleagues on an onboarding path"),
            ("onboarding.add_enrolment", "onboarding.change_enrolment", "onboarding.view_enrolment"),
        ),
        Ability("figures", _("Read the figures of onboarding, without names"), ("onboarding.read_figures",)),
        Ability(
            "closing",
            _("Change closing days"),
            ("people.add_closingdays", "people.change_closingdays", "people.delete_closingdays"),
        ),
        Ability("retention", _("Decide how long personal data is kept"), ("people.change_retentionperiods",)),
        Ability(
            "mails",
            _("See which mails failed, and have them tried again"),
            ("notifications.view_message", "notifications.change_message"),
        ),
        Ability("running", _("See how the portal runs, and what went wrong"), ("operations.read_status",)),
        Ability("audit", _("Read who changed permissions, and who took data along"), ("operations.view_auditentry",)),
        Ability("colleagues", _("Read who works here, in which team and since when"), ("people.read_colleagues",)),
        Ability("teams", _("Change teams"), ("people.add_team", "people.change_team", "people.delete_team")),
        Ability(
            "locations",
            _("Change locations"),
            ("people.add_location", "people.change_location", "people.delete_location"),
        ),
        Ability(
            "accounts",
            _("Make, change and close accounts"),
            ("people.add_user", "people.change_user", "people.view_user"),
        ),
        Ability(
            "roles",
            _("Change roles"),
            ("auth.add_group", "auth.change_group", "auth.delete_group", "auth.view_group"),
        ),
    )
}


@dataclass(frozen=True)
class Role:
    """A group by its English name, and the keys of what it may."""

    name: str
    label: str | Promise
    description: str | Promise
    abilities: tuple[str, ...] = ()

    @property
    def permissions(self) -> set[str]:
        """``app.codename`` of every permission that holds everywhere."""
        return {name for key in self.abilities for name in ABILITIES[key].permissions}

    @property
    def files(self) -> set[str]:
        """``app.codename`` of every permission on collections."""
        return {name for key in self.abilities for name in ABILITIES[key].files}

    @property
    def pages(self) -> set[tuple[str, str]]:
        """``(page type, codename)`` of every permission on pages."""
        return {
            (kind, codename)
            for key in self.abilities
            for kind, codenames in ABILITIES[key].pages.items()
            for codename in codenames
        }


ADMINISTRATORS = "Administrators"
ROLES = {
    role.name: role
    for role in (
        Role("Employees", _("Employees"), _("Read, write stories and take part.")),
        Role("Buddies", _("Buddies"), _("Help a new colleague along.")),
        Role("Managers", _("Managers"), _("Follow how their team's new colleagues are getting on.")),
        Role("Moderators", _("Moderators"), _("Judge stories, from the portal."), ("judge",)),
        Role(
            "Editors",
            _("Editors"),
            _("Write, translate and publish everything."),
            (
                "admin",
                "write",
                "publish",
                "files",
                "collections",
                "translate",
                "redirects",
                "search_words",
                "style",
                "themes",
                "figures",
                "answers",
                "govern",
                "search_log",
                "promotions",
            ),
        ),
        Role(
            "HR",
            _("HR"),
            _("Keep onboarding paths and who is on them."),
            (
                "admin",
                "paths",
                "competencies",
                "groups",
                "files",
                "translate",
                "enrol",
                "figures",
                "closing",
                "retention",
                "mails",
                "colleagues",
            ),
        ),
        Role(
            "Community managers",
            _("Community managers"),
            _("Keep the conversation alive, from the portal."),
            ("answers",),
        ),
        Role(ADMINISTRATORS, _("Administrators"), _("May do everything, also with accounts."), tuple(ABILITIES)),
    )
}


def role_label(name: str) -> str | Promise:
    """A group's name in the reader's language; a group of the organisation's own as it is."""
    return ROLES[name].label if name in ROLES else name
