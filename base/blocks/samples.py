"""Stand-ins for pictures, videos, documents, pages and colleagues in the editor's preview of a block.

They quack as far as the block templates look, so the preview is the real markup without a row in the database.
"""

from dataclasses import dataclass, field

from django.templatetags.static import static
from django.utils.translation import gettext as _


@dataclass
class SampleFile:
    """A file field: only its address and size are asked for."""

    name: str = "portal/img/welkom.svg"
    size: int = 245_000

    @property
    def url(self) -> str:
        """Where the drawing that stands in for it is."""
        return static(self.name)


@dataclass
class SamplePicture:
    """A drawing that every portal has."""

    file: SampleFile = field(default_factory=SampleFile)
    width: int = 1200
    height: int = 1200
    decorative: bool = True
    contextual_alt_text: str = ""
    hidden_at: None = None

    def is_svg(self) -> bool:
        """It is."""
        return True


@dataclass
class SampleVideo:
    """A video without a moving picture."""

    thumbnail: SampleFile = field(default_factory=SampleFile)
    captions_nl: SampleFile | None = None
    captions_en: SampleFile | None = None
    width: int = 1280
    height: int = 720
    sources: tuple = ()


@dataclass
class SampleDocument:
    """A document of a quarter of a megabyte."""

    title: str = "Handleiding.pdf"
    url: str = "#"
    file_extension: str = "pdf"
    file: SampleFile = field(default_factory=SampleFile)

    def get_file_size(self) -> int:
        """In bytes."""
        return self.file.size


@dataclass
class SamplePage:
    """A page to read next."""

    title: str = field(default_factory=lambda: _("How we work together"))
    url: str = "#"
    lang: str = ""


@dataclass
class SampleColleague:
    """A colleague without a photo."""

    first_name: str = "Noor"
    last_name: str = "El Amrani"
    job_title: str = "Waterlaborant"
    job_title_en: str = "Water analyst"
    phone: str = "088 000 41 27"
    email: str = "noor@example.org"
    photo: None = None
    team: None = None
    is_active: bool = True

    @property
    def initials(self) -> str:
        """For the avatar."""
        return self.first_name[0] + self.last_name[0]

    def get_full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"
