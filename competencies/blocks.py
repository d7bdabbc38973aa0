"""What stands under a level of a competency. The id of a block is the identity of an indicator in both languages."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class IndicatorBlock(blocks.CharBlock):
    """One thing that others can see somebody do."""

    class Meta:
        icon = "tick"
        label = _("You can…")
        description = _("Something that others can see you do")
        preview_value = "bedenk vóór je plaatst wie het leest."
        template = "competencies/previews/indicator.html"


class IndicatorsBlock(blocks.StreamBlock):
    """What somebody at a level can do; none where the level isn't defined."""

    indicator = IndicatorBlock(max_length=240)
