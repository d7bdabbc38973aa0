"""What Wagtail is told about the portal's base."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .admin.menu import PermittedMenuItem
from .admin.panels import TranslationsBehindPanel
from .admin.translation_notice import tell_translation_state
from .admin.translations_report import TRANSLATE, TranslationsReportView
from .choosers import colleague_chooser_viewset
from .files import serve_document_version
from .page_links import register_anchored_links, register_keys
from .rich_text import ExternalLinkHandler


@hooks.register("register_rich_text_features")
def register_external_links(features):
    """Links out of the portal get ``rel``."""
    features.register_link_type(ExternalLinkHandler)


# After Wagtail's own, which this replaces.
@hooks.register("register_rich_text_features", order=100)
def register_links_to_places(features):
    """Links to a place on a page, and keys of a keyboard."""
    register_anchored_links(features)
    register_keys(features)


@hooks.register("register_admin_viewset")
def register_colleague_chooser():
    """The chooser of the people block."""
    return colleague_chooser_viewset


@hooks.register("get_avatar_url")
def colleague_photo(user, size):
    """The colleague's own photo; nobody's address is sent to a picture service."""
    # Some of Wagtail's reports hand over the number of somebody.
    photo = getattr(user, "photo", None)
    return photo.url if photo else None


@hooks.register("register_admin_urls")
def register_translations_report():
    """The report of translations."""
    return [
        path("reports/translations/", TranslationsReportView.as_view(), name="translation_states"),
        path(
            "reports/translations/results/",
            TranslationsReportView.as_view(results_only=True),
            name="translation_states_results",
        ),
    ]


@hooks.register("register_admin_urls")
def register_document_versions():
    """Earlier files of documents, below the document they are of."""
    return [
        path("documents/<int:document_id>/versions/<int:version_id>/", serve_document_version, name="document_version"),
    ]


@hooks.register("register_reports_menu_item")
def translations_menu_item():
    """What is equal, behind or missing."""
    return PermittedMenuItem(
        _("Translations"),
        reverse("translation_states"),
        name="translation-states",
        icon_name="wagtail-localize-language",
        order=100,
        permission=TRANSLATE,
    )


@hooks.register("construct_reports_menu")
def hide_other_translations_report(request, menu_items):
    """wagtail-localize's own report calls a translation up to date that is behind."""
    own = reverse("wagtail_localize:translations_report")
    menu_items[:] = [item for item in menu_items if getattr(item, "url", "") != own]


# Before wagtail-localize's, which answers for pages that are being translated.
@hooks.register("before_edit_page", order=-1)
def warn_about_translation(request, page):
    """Say it where a translation is behind."""
    tell_translation_state(request, page)


@hooks.register("construct_homepage_panels")
def add_translations_panel(request, panels):
    """Translations that are behind, for who translates."""
    if request.user.has_perm(TRANSLATE):
        panels.append(TranslationsBehindPanel(request))


@hooks.register("construct_help_menu")
def hide_links_to_elsewhere(request, menu_items):
    """Wagtail's own news and guide, in English and at another host; the keys of the keyboard stay."""
    menu_items[:] = [item for item in menu_items if not str(getattr(item, "url", "")).startswith("http")]
