"""What manuals and chapters keep of somebody who asks to be forgotten."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Revision

from people.forgetting import register
from people.pages_json import rewrite_revisions

from .models import ChapterPage, Delegation, Feedback, Following, ManualPage, PageChange, Review
from .services.handing_over import hand_over


@register
def forget_owner(person, traces) -> None:
    """They answer for nothing any more, nor do drafts and old versions say so. Their texts go on to who is here."""
    hand_over(person=person)
    Delegation.objects.filter(by=person).delete()
    Delegation.objects.filter(to=person).delete()
    Review.objects.filter(by=person).update(by=None)
    Review.objects.filter(to=person).update(to=None)
    for model in (ManualPage, ChapterPage):
        kind = ContentType.objects.get_for_model(model)
        for field in ("owner_colleague", "deputy"):
            model.objects.filter(**{field: person}).update(**{field: None})
            versions = Revision.objects.filter(content_type=kind, **{f"content__{field}": person.pk})
            rewrite_revisions(versions, {field: None})


@register
def forget_reader(person, traces) -> None:
    """What they said of texts and published stays, without a name; what they follow is nobody's business any more."""
    Feedback.objects.filter(user=person).update(user=None, with_name=False)
    Feedback.objects.filter(answered_by=person).update(answered_by=None)
    PageChange.objects.filter(published_by=person).update(published_by=None)
    Following.objects.filter(user=person).delete()
