"""Backups: the database, the uploaded files and a manifest in one file, and the way back.

making, restoring   what the commands call
archive             the file: a tar, parts by hash, the manifest last
encryption          age, with a public key
snapshots           one moment of the database, on SQLite and PostgreSQL
portable            rows as text, from one kind of database to the other
media               the uploaded files, through the storage API
manifest, pruning   what is in a backup; which ones go
"""


class BackupError(Exception):
    """A backup can't be made, read or put back; the message says why, to whoever runs the portal."""
