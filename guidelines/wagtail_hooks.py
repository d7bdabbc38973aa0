"""What Wagtail's admin is told about handbooks."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .admin import (
    findings,  # noqa: F401 - registers its own
    import_views,
)

handbook_import_urls = [
    path("", import_views.upload_handbook, name="handbook_uploads"),
    path("<int:upload_id>/", import_views.show_upload, name="handbook_upload"),
    path("<int:upload_id>/import/", import_views.apply_upload, name="handbook_upload_apply"),
    path("<int:upload_id>/delete/", import_views.delete_upload, name="handbook_upload_delete"),
]


class HandbookImportMenuItem(MenuItem):
    """Shown to who may publish pages."""

    def is_shown(self, request):
        """Whether this user may make and publish pages somewhere."""
        return import_views.may_import_somewhere(request.user)


@hooks.register("register_admin_urls")
def register_handbook_import_urls():
    """The pages of the import."""
    return [path("handbook-import/", include(handbook_import_urls))]


@hooks.register("register_admin_menu_item")
def register_handbook_import_menu_item():
    """Its place in the menu."""
    return HandbookImportMenuItem(
        _("Import a handbook"), reverse("handbook_uploads"), name="handbook-import", icon_name="upload", order=350
    )
