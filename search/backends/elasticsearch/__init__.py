"""The distributed engine: Elasticsearch 9, for a portal on several machines."""

from .engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
