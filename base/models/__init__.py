from .access_request import AccessRequest
from .document_versions import DocumentVersion
from .house_style import HouseStyle
from .images import PortalDocument, PortalImage, PortalMedia, PortalRendition
from .pages import BasePage, BasePageManager, BasePageQuerySet
from .stamp import ContentStamp

__all__ = [
    "AccessRequest",
    "BasePage",
    "BasePageManager",
    "BasePageQuerySet",
    "ContentStamp",
    "DocumentVersion",
    "HouseStyle",
    "PortalDocument",
    "PortalImage",
    "PortalMedia",
    "PortalRendition",
]
