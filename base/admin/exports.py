"""Wagtail's own lists as CSV, without formulas: what colleagues type stands in them, and somebody opens them in a spreadsheet.

In its workbooks Wagtail writes text as text already.
"""

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str

from ..sheets import harmless


def _cell(value):
    cell = list_to_str(value) if isinstance(value, list) else force_str(value, strings_only=True)
    return harmless(cell) if isinstance(cell, str) else cell


def keep_formulas_out() -> None:
    """For every list that Wagtail or we export, by the place it has for it; called once, at the start."""
    csv = SpreadsheetExportMixin.FORMAT_CSV
    known = {kind: dict(formats) for kind, formats in SpreadsheetExportMixin.custom_value_preprocess.items()}
    known[list][csv] = _cell
    SpreadsheetExportMixin.custom_value_preprocess = {**known, object: {csv: _cell}}
