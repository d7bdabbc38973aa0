"""Who works with colleagues' photos in the admin: a draft's photo is its writer's, a held or hidden one the moderators'."""

from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .judges import judges_as
from .services.pictures import HELD


class ClosedPhotosPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's own policy, but closed photos aren't there for editors: not in lists, not to choose, look at or move."""

    def __init__(self):
        super().__init__(get_image_model(), auth_model="wagtailimages.Image", owner_field_name="uploaded_by_user")

    def user_has_any_permission_for_instance(self, user, actions, instance):
        """Whether this person may do one of these with the picture."""
        is_closed = instance.hidden_at is not None or instance.collection.name == HELD
        if is_closed and judges_as(user) != "all" and instance.uploaded_by_user_id != user.pk:
            return False
        return super().user_has_any_permission_for_instance(user, actions, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        """The pictures with which this person may do one of these."""
        rows = super().instances_user_has_any_permission_for(user, actions)
        if judges_as(user) == "all":
            return rows
        # By their ids: the search of the admin knows no other way to leave them out.
        held = Collection.objects.filter(name=HELD).values_list("pk", flat=True)
        return rows.exclude(collection__in=list(held))
