"""The embedded engine: Tantivy, an index folder on this machine, no server."""

from .engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
