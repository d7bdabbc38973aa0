"""What is made already, by the name the content files give it."""

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from wagtail.models import Page

from base.models import PortalDocument, PortalImage, PortalMedia
from demo.models import Seeded
from people.models import Team, User
from stories.models import StoryTheme

from .content import everybody, load
from .errors import ContentError

NAMESPACE = UUID("6f2d1c4e-0d5c-5a8e-9f5e-1904e1d7a001")


def key_of(name: str) -> UUID:
    """The ``translation_key`` of the page with this name: the same in every demo."""
    return uuid5(NAMESPACE, name)


@dataclass
class Registry:
    """Ids by name, looked up once; ``seeded`` are the names that were made before, here or in an earlier run."""

    seeded: set[str] = field(default_factory=set)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Registry":
        """What earlier runs made."""
        return cls(seeded=set(Seeded.objects.values_list("key", flat=True)))

    def is_new(self, name: str) -> bool:
        """Whether this was never made."""
        return name not in self.seeded

    def note(self, name: str) -> None:
        """From now on it was made."""
        Seeded.objects.create(key=name)
        self.seeded.add(name)

    def page(self, name: str) -> int:
        """The id of the page with this name in the language it was written in; raises ``ContentError``."""
        return self._find(
            "page",
            name,
            lambda: (
                Page.objects.filter(translation_key=key_of(name), alias_of__isnull=True)
                .order_by("pk")
                .values_list("pk", flat=True)
                .first()
            ),
        )

    def picture(self, name: str) -> int:
        """The id of the picture ``demo/pictures/<name>.svg``; raises ``ContentError``."""
        return self._find("picture", name, lambda: _by_source(PortalImage, f"demo/pictures/{name}.svg"))

    def document(self, name: str) -> int:
        """The id of the document ``demo/documents/<name>``; raises ``ContentError``."""
        return self._find("document", name, lambda: _by_source(PortalDocument, f"demo/documents/{name}"))

    def media(self, name: str) -> int:
        """The id of the clip ``demo/media/<name>.webm``; raises ``ContentError``."""
        return self._find(
            "media",
            name,
            lambda: PortalMedia.objects.filter(file__contains=name).values_list("pk", flat=True).first(),
        )

    def person(self, name: str) -> int:
        """The id of a colleague by their name in ``people.yaml``; raises ``ContentError``."""
        return self._find(
            "person",
            name,
            lambda: User.objects.filter(email__iexact=email_of(name)).values_list("pk", flat=True).first(),
        )

    def team(self, name: str) -> int:
        """The id of a team by its name in ``people.yaml``; raises ``ContentError``."""
        titles = {team["key"]: team["name"] for team in load("people")["teams"]}
        title = titles.get(name)
        title = title["nl"] if isinstance(title, dict) else title
        return self._find("team", name, lambda: Team.objects.filter(name=title).values_list("pk", flat=True).first())

    def theme(self, name: str) -> int:
        """The id of a theme of stories by its name in ``story_places.yaml``; raises ``ContentError``."""
        title = load("story_places")["themes"].get(name, {}).get("nl")
        return self._find(
            "theme", name, lambda: StoryTheme.objects.filter(name=title).values_list("pk", flat=True).first()
        )

    def resolve(self, kind: str, name: str) -> int:
        """What a link in a text points to: a ``page`` or a ``document``."""
        return self.page(name) if kind == "page" else self.document(name)

    def _find(self, kind: str, name: str, look_up) -> int:
        if (kind, name) not in self.ids:
            found = look_up()
            if found is None:
                raise ContentError(f"There is no {kind} named {name!r}.")
            self.ids[kind, name] = found
        return self.ids[kind, name]


def _by_source(model, path: str) -> int | None:
    return model.objects.filter(source_path=path).values_list("pk", flat=True).first()


def email_of(name: str) -> str:
    """The address of a colleague by their name in the content files; raises ``ContentError``."""
    for person in everybody():
        if person["key"] == name:
            return person["email"]
    raise ContentError(f"There is no person named {name!r} in people.yaml or newcomers.yaml.")
