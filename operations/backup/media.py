"""Uploaded files, through the default storage, so that a folder and S3 are one thing here."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connections, models

from .archive import HashingReader, Writer

PREFIX = "media/"


def stored_files(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage, folder by folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in sorted(files) if name)
    for name in sorted(folders):
        if name:
            yield from stored_files(f"{folder}{name}/")


def pointed_to(alias: str) -> set[str]:
    """The names of files that rows of this database point to."""
    found: set[str] = set()
    existing = set(connections[alias].introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or model._meta.db_table not in existing:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.using(alias).exclude(**{field.name: ""})
                found.update(name for name in rows.values_list(field.name, flat=True).iterator() if name)
    return found


def copy_files(archive: Writer, wanted: set[str]) -> tuple[int, list[str]]:
    """Add every stored file, and say which of the ``wanted`` are not there: ``(files, missing)``.

    Call it after the database's snapshot: a file is stored before the row that points to it is committed, so each one
    that the snapshot points to is there by now. What was deleted or replaced since is what is missing: its row was going.
    """
    copied: set[str] = set()
    for name in stored_files():
        if _copy(archive, name):
            copied.add(name)
    # Not listed yet: storages of several machines list late what they already give.
    for name in sorted(wanted - copied):
        if _copy(archive, name):
            copied.add(name)
    return len(copied), sorted(wanted - copied)


def _copy(archive: Writer, name: str) -> bool:
    try:
        file = default_storage.open(name, "rb")
        size = file.size
    except FileNotFoundError:
        return False
    with file:
        archive.add(f"{PREFIX}{name}", file, size)
    return True


def size_of_files() -> int:
    """Bytes of all files; 0 where asking would mean one request for each (a storage that is no folder)."""
    try:
        root = Path(default_storage.path(""))
    except NotImplementedError:
        return 0
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def put_back(name: str, content: BinaryIO) -> bool:
    """Store one file under exactly this name; False where the same is there already. Raises OSError."""
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as present:
            same = _hash(present) == _hash(content)
        if same:
            return False
        content.seek(0)
        default_storage.delete(name)
    saved = default_storage.save(name, File(content))
    if saved != name:
        default_storage.delete(saved)
        raise OSError(f"{name} could not be stored under its own name")
    return True


def _hash(file: BinaryIO) -> str:
    reader = HashingReader(file)
    while reader.read(1 << 20):
        pass
    return reader.hash.hexdigest()
