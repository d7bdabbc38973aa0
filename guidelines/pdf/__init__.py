"""A whole manual as a PDF, made from the same reading that is printed."""

from .making import manual_pdf

__all__ = ["manual_pdf"]
