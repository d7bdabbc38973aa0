"""Whoever takes data along is written down: a report as CSV or Excel, a list of colleagues, one's own data."""

from .models import AuditEntry
from .services import note

TAKEN_ALONG = {
    "text/csv": "CSV",
    "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}
# A file that somebody put there is read by opening it, like a page.
SINGLE_FILES = frozenset({"file", "wagtaildocs_serve", "onboarding:answer_file"})


class ExportMiddleware:
    """Writes an entry for every answer that is a file of rows made on the spot, so that no new export is forgotten."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if form := _form_of(request, response):
            route = request.resolver_match.view_name
            note(AuditEntry.Action.EXPORT, about=f"{route} ({form})")
        return response


def _form_of(request, response) -> str | None:
    """CSV, ZIP or XLSX where this is an export; None for everything else."""
    if response.status_code != 200 or not request.resolver_match or request.resolver_match.view_name in SINGLE_FILES:
        return None
    if not response.get("Content-Disposition", "").startswith("attachment"):
        return None
    return TAKEN_ALONG.get(response.get("Content-Type", "").partition(";")[0])
