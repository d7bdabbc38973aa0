"""Pictures, documents and clips of the demo; each is stored once."""

from pathlib import Path

from django.core.files import File
from django.core.files.base import ContentFile

from base.models import HouseStyle, PortalDocument, PortalImage, PortalMedia

from .content import FOLDER, Voice, load
from .registry import Registry

CLIP_SIZE = (640, 360)


def add_files(registry: Registry, dutch: Voice) -> None:
    """Store what isn't there yet. Titles are Dutch, as for everything editors choose from."""
    for name, picture in load("pictures").items():
        if registry.is_new(f"picture/{name}"):
            _add_picture(name, picture, dutch)
            registry.note(f"picture/{name}")
    for name, document in load("documents").items():
        if registry.is_new(f"document/{name}"):
            _add_document(name, dutch.say(document["title"], name))
            registry.note(f"document/{name}")
    for name, clip in load("media").items():
        if registry.is_new(f"media/{name}"):
            _add_clip(name, clip, dutch)
            registry.note(f"media/{name}")


def set_house_style(registry: Registry, dutch: Voice) -> None:
    """Veldbron's name, logo, colour and who to call."""
    if not registry.is_new("house-style"):
        return
    style = load("house_style")
    current = HouseStyle.objects.first() or HouseStyle()
    current.name = style["name"]
    current.accent = style["accent"]
    current.contact_name = dutch.say(style["contact_name"], "house_style")
    current.contact_phone = style["contact_phone"]
    current.contact_email = style["contact_email"]
    current.logo_id = registry.picture(style["logo"])
    current.save()
    registry.note("house-style")


def _add_picture(name: str, picture: dict, dutch: Voice) -> None:
    path = FOLDER / "pictures" / f"{name}.svg"
    image = PortalImage(
        title=dutch.say(picture["title"], name),
        description=dutch.say(picture["alt"], name)[:255],
        source_path=f"demo/pictures/{name}.svg",
    )
    _attach(image, path)


def _add_document(name: str, title: str) -> None:
    document = PortalDocument(title=title, source_path=f"demo/documents/{name}")
    _attach(document, FOLDER / "documents" / name)


def _attach(stored: PortalImage | PortalDocument, path: Path) -> None:
    with path.open("rb") as source:
        stored.file = File(source, name=path.name)
        stored.file_size = path.stat().st_size
        stored.save()
    stored.get_file_hash()


def _add_clip(name: str, clip: dict, dutch: Voice) -> None:
    media = PortalMedia(
        title=dutch.say(clip["title"], name),
        type="video",
        duration=clip["seconds"],
        width=CLIP_SIZE[0],
        height=CLIP_SIZE[1],
    )
    for field, file_name in (
        ("file", f"{name}.webm"),
        ("thumbnail", f"{name}.webp"),
        ("captions_nl", f"{name}.nl.vtt"),
        ("captions_en", f"{name}.en.vtt"),
    ):
        content = ContentFile((FOLDER / "media" / file_name).read_bytes(), name=file_name)
        setattr(media, field, content)
    media.save()
