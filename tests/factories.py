"""Makers of people, files and pages."""

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory, ImageField
from wagtail_factories import PageFactory

from base.models import PortalImage
from competencies.levels import Level
from competencies.models import CompetencyPage, CompetencyProfilePage, ProfileRequirement
from guidelines.models import ChapterPage, ManualPage
from home.models import NewsPage, StoryChapterPage
from onboarding.models import PathPage, PhasePage, StepPage
from people.models import User
from stories.models import StoryPage


class UserFactory(DjangoModelFactory):
    """A colleague; ``groups=["Editors"]`` gives roles by name."""

    email = factory.Sequence(lambda n: f"colleague{n}@example.org")
    first_name = factory.Sequence(lambda n: f"Colleague{n}")
    last_name = "de Vries"
    password = factory.django.Password("secret-enough-1")

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def groups(self, create, names, **kwargs):
        """Roles by name; a missing group is made."""
        for name in names or []:
            self.groups.add(Group.objects.get_or_create(name=name)[0])


class ImageFactory(DjangoModelFactory):
    """A small image file."""

    title = factory.Sequence(lambda n: f"Image {n}")
    file = ImageField(width=400, height=300)

    class Meta:
        model = PortalImage


class NewsFactory(PageFactory):
    title = factory.Sequence(lambda n: f"News {n}")

    class Meta:
        model = NewsPage


class StoryChapterFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Company chapter {n}")

    class Meta:
        model = StoryChapterPage


class ManualFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Manual {n}")

    class Meta:
        model = ManualPage


class ChapterFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Chapter {n}")

    class Meta:
        model = ChapterPage


class StoryFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Story {n}")
    text = "Het was **koud** en het was laat."

    class Meta:
        model = StoryPage


class PathFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Path {n}")

    class Meta:
        model = PathPage


class PhaseFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Phase {n}")

    class Meta:
        model = PhasePage


class StepFactory(PageFactory):
    title = factory.Sequence(lambda n: f"Step {n}")

    class Meta:
        model = StepPage


class CompetencyFactory(PageFactory):
    """``basic=["...", ...]`` and so on: what one can do at a level."""

    title = factory.Sequence(lambda n: f"Competency {n}")

    class Meta:
        model = CompetencyPage

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        for level in Level:
            if level.field_name in kwargs:
                kwargs[level.field_name] = [("indicator", text) for text in kwargs[level.field_name]]
        return super()._create_instance(model_class, parent, kwargs)


class ProfileFactory(PageFactory):
    """``asks=[(competency, level, is_core), ...]``."""

    title = factory.Sequence(lambda n: f"Profile {n}")

    class Meta:
        model = CompetencyProfilePage

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        kwargs["requirements"] = [
            ProfileRequirement(competency=competency, level=level, is_core=is_core, sort_order=order)
            for order, (competency, level, is_core) in enumerate(kwargs.pop("asks", []))
        ]
        return super()._create_instance(model_class, parent, kwargs)
