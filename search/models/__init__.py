"""What search keeps in the database."""

from .concepts import Concept
from .document_text import DocumentText
from .outbox import OutboxEntry
from .promotion import Promotion
from .query_log import QueryDismissal, QueryLog

__all__ = ["Concept", "DocumentText", "OutboxEntry", "Promotion", "QueryDismissal", "QueryLog"]
