"""What is on disks and in buckets: uploads, free space, folders, stylesheets, catalogues."""

import os
import shutil
import stat
import uuid
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import Finding, check, fail, ok, warn

# Below the first somebody should look, below the second things break soon.
LITTLE_SPACE, NO_SPACE = 2 * 1024**3, 256 * 1024**2
# What every page needs.
SHEET = "portal/tokens.css"


@check("storage", gettext_lazy("Uploaded files"))
def look_at_storage() -> Finding:
    """A file can be kept, read back and deleted."""
    content = uuid.uuid4().hex.encode()
    kind = type(default_storage._wrapped).__name__ if hasattr(default_storage, "_wrapped") else "Storage"
    name = ""
    try:
        name = default_storage.save(f"doctor/{uuid.uuid4().hex}.txt", ContentFile(content))
        with default_storage.open(name) as file:
            read = file.read()
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 - each storage raises its own kind
        return fail(
            f"{kind}: {type(error).__name__}",
            _("Look at the rights and the space of MEDIA_ROOT, or at the address and keys of the bucket."),
        )
    if read != content:
        return fail(_("what was kept did not come back"), _("Look at the storage."))
    return ok(_("%(kind)s: written, read and deleted") % {"kind": kind})


@check("disk", gettext_lazy("Free space"))
def look_at_space() -> Finding:
    """There is room where files are kept."""
    free = {folder: shutil.disk_usage(_nearest(folder)).free for folder in _folders()}
    folder, least = min(free.items(), key=lambda item: item[1])
    seen = _("%(size).1f GB free at %(folder)s") % {"size": least / 1024**3, "folder": folder}
    advice = _("Make room: old backups, logs, or a larger disk.")
    if least < NO_SPACE:
        return fail(seen, advice)
    return warn(seen, advice) if least < LITTLE_SPACE else ok(seen)


@check("folders", gettext_lazy("Folders"))
def look_at_folders() -> Finding:
    """What is written to can be written to, and not by everybody on the machine."""
    closed = [str(folder) for folder in _folders() if not os.access(_nearest(folder), os.W_OK | os.X_OK)]
    if closed:
        return fail(
            _("can't be written to: %(folders)s") % {"folders": ", ".join(closed)},
            _("Give them to the user that the processes run as."),
        )
    wide = [str(folder) for folder in _folders() if folder.exists() and folder.stat().st_mode & stat.S_IWOTH]
    if wide:
        return warn(
            _("everybody on this machine may write to: %(folders)s") % {"folders": ", ".join(wide)},
            _("Take that away: `chmod o-w`."),
        )
    return ok(", ".join(str(folder) for folder in _folders()))


@check("static-files", gettext_lazy("Stylesheets"), for_readiness=True)
def look_at_static() -> Finding:
    """What ``collectstatic`` puts together is there, and of this version."""
    if not hasattr(staticfiles_storage, "hashed_files"):
        return ok(_("straight from their folders"))
    if not staticfiles_storage.hashed_files:
        return fail(
            _("there is no list of them in %(folder)s") % {"folder": settings.STATIC_ROOT},
            _("Run `manage.py collectstatic`."),
        )
    # A sheet kept under its plain name as well is the one that was collected last.
    source, copy = finders.find(SHEET), Path(settings.STATIC_ROOT, SHEET)
    if source and (not copy.exists() or copy.read_bytes() != Path(source).read_bytes()):
        return fail(_("they are of another version"), _("Run `manage.py collectstatic`."))
    return ok(_("%(count)d files") % {"count": len(staticfiles_storage.hashed_files)})


@check("languages", gettext_lazy("Languages"))
def look_at_languages() -> Finding:
    """The catalogues are compiled, and from the texts that are there now."""
    sources = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")]
    old = []
    for source in sources:
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            old.append(source.parent.parent.name)
    if old:
        return fail(
            _("not compiled: %(languages)s") % {"languages": ", ".join(sorted(old))},
            _("Run `manage.py compile_catalogues` and start the processes anew."),
        )
    return ok(", ".join(sorted({source.parent.parent.name for source in sources})))


def _folders() -> list[Path]:
    """Where this set-up writes on disk."""
    found = []
    if not hasattr(default_storage, "bucket_name"):
        found.append(Path(settings.MEDIA_ROOT))
    if not settings.SEARCH_URL:
        found.append(Path(settings.SEARCH_INDEX_PATH))
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        found.append(Path(database["NAME"]).parent)
    return found or [settings.BASE_DIR]


def _nearest(folder: Path) -> Path:
    """The folder, or what it will be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
