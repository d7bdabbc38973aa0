"""Files of people that are no longer theirs."""

from django.core.files.storage import Storage
from django.db import transaction


def delete_file(storage: Storage, name: str) -> None:
    """Throw a stored file away once what is going on stands; no name is no file."""
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
