"""Why an import can't begin."""


class ImportRefused(Exception):
    """Nothing was imported; the message says why, in words for who asked."""
