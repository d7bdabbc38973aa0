"""What happens when Wagtail's workflow ends well. Named in the settings, so nothing of a model is imported here."""


def publish_judged(workflow_state, user=None) -> None:
    """Publish what was approved.

    A story that was sent in is published by the decision of whoever may judge it (``stories.services.moving.may_judge``),
    which a community manager may without any permission on pages. Anything else goes Wagtail's own way.
    """
    from wagtail.models import Page
    from wagtail.workflows import publish_workflow_state

    from .models import Submission

    page = workflow_state.content_object
    if isinstance(page, Page) and Submission.objects.filter(story=page.pk).exists():
        page.get_latest_revision().publish(user=user, skip_permission_checks=True)
    else:
        publish_workflow_state(workflow_state, user=user)
