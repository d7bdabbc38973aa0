"""Wagtail's and Django's events; each receiver calls one service.

Not among them: restrictions and addresses, which are asked for at the moment somebody searches.
"""

from django.core.signals import request_finished, request_started
from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from . import outbox

page_published.connect(outbox.enqueue_page, dispatch_uid="search_published")
page_unpublished.connect(outbox.enqueue_page, dispatch_uid="search_unpublished")
post_page_move.connect(outbox.enqueue_moved, dispatch_uid="search_moved")
# Any page type: post_delete of the multi-table parent is sent for every deleted page.
post_delete.connect(outbox.enqueue_page, sender=Page, dispatch_uid="search_deleted")
request_started.connect(outbox.request_started, dispatch_uid="search_request_started")
request_finished.connect(outbox.request_finished, dispatch_uid="search_request_finished")
