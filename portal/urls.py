"""Every address of the portal."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern
from wagtail.utils.urlpatterns import decorate_urlpatterns

from base.errors import page_not_found
from base.files import serve_document, serve_file
from base.views import ask_access, serve_page
from operations.metrics import metrics
from operations.views import ready
from people.admin_door import admin_only


@login_not_required
def health(request):
    """Answers 200 while the process serves requests; says nothing else."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health/", health, name="health"),
    path("health/ready/", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("share/profiles/", include("competencies.public_urls")),
    path("share/", include("stories.public_urls")),
    path("", include("base.urls")),
    # One place to sign in: a second form would know nothing of single sign-on and of too many attempts.
    path("admin/login/", login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))),
    path("admin/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, admin_only))),
    path("documents/<int:document_id>/<path:document_filename>", serve_document, name="wagtaildocs_serve"),
    path("media/<path:name>", serve_file, name="file"),
    # Accounts and their addresses come from HR or single sign-on.
    *[path(f"accounts/{name}/", page_not_found) for name in ("email", "signup", "confirm-email", "password/set")],
    path("accounts/", include("people.entrance_urls")),
    path("accounts/", include("allauth.account.urls")),
    *i18n_patterns(
        path("onboarding/", include("onboarding.urls")),
        path("development/", include("competencies.urls")),
        path("preboarding/", include("onboarding.preboarding_urls")),
        path("", include("people.urls")),
        path("messages/", include("notifications.urls")),
        path("conversations/", include("conversations.urls")),
        path("questions/", include("conversations.question_urls")),
        path("stories/", include("stories.urls")),
        path("manuals/reviews/", include("guidelines.review_urls")),
        path("manuals/scorecard/", include("insight.urls")),
        path("manuals/", include("guidelines.urls")),
        path("", include("search.urls")),
        path("access/<int:page_id>/ask/", ask_access, name="ask_access"),
        # Instead of Wagtail's own addresses: pages are found in one query, not two a level, and its second sign-in
        # form and the form for shared passwords aren't there.
        re_path(serve_pattern, serve_page, name="wagtail_serve"),
        prefix_default_language=True,
    ),
]

handler400 = "base.errors.bad_request"
handler403 = "base.errors.permission_denied"
handler404 = "base.errors.page_not_found"
handler429 = "base.errors.too_many_requests"
handler500 = "base.errors.server_error"
