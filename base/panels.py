"""Panels of the admin's own forms."""

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from .house_style import INK, SURFACES, accent_tint, pairs, shift

INK_ON = {"light": INK, "dark": "#edf3f0"}
LINE_ON = {"light": "#d3dad6", "dark": "#34423d"}


class HouseStylePreviewPanel(Panel):
    """How the saved accent colour looks in light and dark, and in words what had to be changed about it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "base/house_style_preview.html"

        def get_context_data(self, parent_context=None):
            """``modes``: per mode its colours and sentence; the colour that was saved, not the one being typed."""
            context = super().get_context_data(parent_context)
            saved = type(self.instance)._default_manager.filter(pk=self.instance.pk).first()
            context["modes"] = preview_modes((saved or type(self.instance)()).accent)
            return context


def preview_modes(accent: str) -> list[dict]:
    """``[{"name", "colours", "sentence"}, ...]`` for light and dark."""
    names = {"light": _("Light"), "dark": _("Dark")}
    return [
        {
            "name": names[mode],
            "colours": {
                **{name.replace("-", "_"): colour for name, colour in pairs(accent, mode).items()},
                "surface": SURFACES[mode][0],
                "ink": INK_ON[mode],
                "line": LINE_ON[mode],
                "tint": accent_tint(accent, mode),
            },
            "sentence": sentence(accent, mode),
        }
        for mode in ("light", "dark")
    ]


def sentence(accent: str, mode: str) -> str:
    """What was done to the colour for this mode, in words."""
    moved = shift(accent, mode)
    values = {"percent": abs(moved)}
    if mode == "light":
        if moved < 0:
            return _("On a light page your colour was made %(percent)s%% darker, so that buttons stand out.") % values
        return _("On a light page your colour is used just as it is.")
    if moved > 0:
        return _("On a dark page your colour was made %(percent)s%% lighter, so that buttons stand out.") % values
    return _("On a dark page your colour is used just as it is.")
