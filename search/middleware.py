"""Keeps what is typed into the admin's own search boxes within what the database's full-text search takes."""

from .planner import clean


class AdminQueryMiddleware:
    """Wagtail's admin searches in the database, whose query language has limits that Wagtail doesn't guard.

    Hundreds of words nest deeper than Python goes, and in choosers a double quote is a syntax error on SQLite; either
    would be a server error. So a query is cut as readers' queries are, and choosers get it without quotes; elsewhere
    "an exact phrase" stays possible.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/admin/") and (typed := request.GET.get("q")):
            query, _was_cut = clean(typed.replace('"', " ") if "/choose" in request.path else typed)
            if query != typed:
                request.GET = request.GET.copy()
                request.GET["q"] = query
        return self.get_response(request)
