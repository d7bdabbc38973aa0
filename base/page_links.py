"""Links between pages that lead to a place on the page: stored by id and anchor, so that they survive moving."""

from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    ExternalLinkElementHandler,
    InlineStyleElementHandler,
    PageLinkElementHandler,
)
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature, InlineStyleFeature
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .chrome import root_pages


class AnchoredPageLinkHandler(PageLinkHandler):
    """``<a linktype="page" id="3" anchor="leave">`` becomes the page's address, with ``#leave`` behind it."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        """The opening tags; two queries for any number of links, in the reader's language where the page has it."""
        addresses = page_addresses({attrs.get("id", "") for attrs in attrs_list})
        tags = []
        for attrs in attrs_list:
            address = addresses.get(attrs.get("id", ""))
            anchor = f"#{attrs['anchor']}" if attrs.get("anchor") else ""
            tags.append(f'<a href="{escape(address + anchor)}">' if address else "<a>")
        return tags


def page_addresses(ids: set[str]) -> dict[str, str]:
    """``{id: address}`` of these pages, each in the language of the reader where it is there, else in its own."""
    rows = list(
        Page.objects.filter(pk__in=[value for value in ids if value.isdigit()]).values_list(
            "pk", "translation_key", "locale__language_code", "url_path"
        )
    )
    language, roots = get_language(), root_pages()
    elsewhere = {key for _pk, key, code, _path in rows if code != language}
    here = (
        dict(
            Page.objects.live()
            .filter(translation_key__in=elsewhere, locale__language_code=language)
            .values_list("translation_key", "url_path")
        )
        if elsewhere
        else {}
    )
    addresses = {}
    for pk, key, code, path in rows:
        code, path = (language, here[key]) if key in here and code != language else (code, path)
        root = roots.get(code)
        if root and path.startswith(root["url_path"]):
            addresses[str(pk)] = f"/{code}/{path.removeprefix(root['url_path'])}"
    return addresses


class AnchoredPageLinkElementHandler(PageLinkElementHandler):
    """Hands the anchor to the editor along with the page."""

    def get_attribute_data(self, attrs):
        """What the editor keeps of the link."""
        data = super().get_attribute_data(attrs)
        return {**data, "anchor": attrs["anchor"]} if attrs.get("anchor") else data


def anchored_link_entity(props):
    """The link as the database stores it, the anchor among it."""
    element = link_entity(props)
    if props.get("id") is not None and props.get("anchor"):
        element.attr = {**(element.attr or {}), "anchor": props["anchor"]}
    return element


def register_anchored_links(features) -> None:
    """Replace Wagtail's page links by ones that may carry an anchor, in the editor and on the page."""
    features.register_link_type(AnchoredPageLinkHandler)
    # Not through get_editor_plugin(): that collects the features first, and this is part of it.
    plugin = features.plugins_by_editor["draftail"]["link"]
    data = {**plugin.data, "attributes": [*plugin.data["attributes"], "anchor"]}
    features.register_editor_plugin(
        "draftail", "link", EntityFeature(data, js=["wagtailadmin/js/page-chooser-modal.js"])
    )
    features.register_converter_rule(
        "contentstate",
        "link",
        {
            "from_database_format": {
                "a[href]": ExternalLinkElementHandler("LINK"),
                'a[linktype="page"]': AnchoredPageLinkElementHandler("LINK"),
            },
            "to_database_format": {"entity_decorators": {"LINK": anchored_link_entity}},
        },
    )


def register_keys(features) -> None:
    """Keys of a keyboard (``<kbd>``) as a style in the editor."""
    features.register_editor_plugin(
        "draftail",
        "kbd",
        InlineStyleFeature({"type": "KEYBOARD", "label": "⌨", "description": _("Key"), "element": "kbd"}),
    )
    features.register_converter_rule(
        "contentstate",
        "kbd",
        {
            "from_database_format": {"kbd": InlineStyleElementHandler("KEYBOARD")},
            "to_database_format": {"style_map": {"KEYBOARD": "kbd"}},
        },
    )
