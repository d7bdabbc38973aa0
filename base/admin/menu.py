"""Items of the admin's menus."""

from wagtail.admin.menu import MenuItem


class PermittedMenuItem(MenuItem):
    """Shown to who has a permission (``app.codename``)."""

    def __init__(self, *args, permission: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request) -> bool:
        """Whether this user has it."""
        return request.user.has_perm(self.permission)
