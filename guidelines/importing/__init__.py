"""Handbooks come in: a folder of Markdown, a zip of it, or a Word file becomes manual pages."""
