"""The organisation's name, logo, colour and contact."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from ..panels import HouseStylePreviewPanel
from .images import PortalImage


@register_setting(icon="view")
class HouseStyle(BaseGenericSetting):
    """What an editor picks; every other colour is computed from the accent (``base.house_style``)."""

    name = models.CharField(_("name of the organisation"), max_length=60, default="Portal")
    logo = models.ForeignKey(
        PortalImage,
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("SVG or PNG. Shown about 34 pixels high, on the colour of the page."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#00655b",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as #rrggbb, for instance #00655b."))],
        help_text=_("One colour. Lighter and darker shades are computed so that text on it can always be read."),
    )
    contact_name = models.CharField(_("who helps"), max_length=80, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("logo"), FieldPanel("accent")], heading=_("House style")),
        HouseStylePreviewPanel(heading=_("How it looks")),
        MultiFieldPanel(
            [FieldPanel("contact_name"), FieldPanel("contact_phone"), FieldPanel("contact_email")], heading=_("Contact")
        ),
    ]

    class Meta:
        verbose_name = _("house style")

    def __str__(self) -> str:
        return self.name
