"""What can be wrong with the demo's content files."""


class ContentError(Exception):
    """A content file says something that can't be built; the message names the page and what is missing."""
