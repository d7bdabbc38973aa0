from importlib import import_module

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "stories"

    def ready(self):
        """Say who may open a photo that isn't shown yet."""
        from wagtail.permissions import policy_registry

        from base.files import admit

        from .services.pictures import may_open_held

        admit(may_open_held)
        admit(import_module("stories.services.hiding").may_open_hidden)
        # Before Wagtail's own policy for pictures, in whatever order apps are ready.
        policy = import_module("stories.photo_policy").ClosedPhotosPolicy()
        policy_registry.register(policy.model, policy, exact_class=True)
        # Wagtail's events.
        import_module("stories.signals")
        import_module("stories.workflow_mail").replace_mails()
        # Reactions.
        import_module("stories.reacting")
        # A section on the page of a colleague.
        import_module("stories.profile")
