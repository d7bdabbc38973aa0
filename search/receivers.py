"""Wagtail's and Django's events; each receiver calls one service.

Not among them: restrictions and addresses, which are asked for at the moment somebody searches.
"""

from django.core.signals import request_finished, request_started
from django.db.models.signals import post_delete, post_save
from wagtail.models import Collection, Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from base.models import PortalDocument
from base.stamp import touch_content
from conversations.models import Question
from people.models import Location, Team, User

from . import enqueuing, outbox, query_log
from .models import Concept

page_published.connect(outbox.enqueue_page, dispatch_uid="search_published")
page_unpublished.connect(outbox.enqueue_page, dispatch_uid="search_unpublished")
post_page_move.connect(outbox.enqueue_moved, dispatch_uid="search_moved")
# Any page type: post_delete of the multi-table parent is sent for every deleted page.
post_delete.connect(outbox.enqueue_page, sender=Page, dispatch_uid="search_deleted")
for _model, _enqueue in {
    User: enqueuing.enqueue_person,
    PortalDocument: enqueuing.enqueue_document,
    Question: enqueuing.enqueue_question,
}.items():
    post_save.connect(_enqueue, sender=_model, dispatch_uid=f"search_saved_{_model.__name__}")
    post_delete.connect(_enqueue, sender=_model, dispatch_uid=f"search_deleted_{_model.__name__}")
for _model in (Team, Location):
    post_save.connect(enqueuing.enqueue_members, sender=_model, dispatch_uid=f"search_saved_{_model.__name__}")
post_save.connect(enqueuing.enqueue_files, sender=Collection, dispatch_uid="search_saved_collection")
request_started.connect(outbox.request_started, dispatch_uid="search_request_started")
request_finished.connect(outbox.request_finished, dispatch_uid="search_request_finished")
request_started.connect(query_log.request_started, dispatch_uid="search_log_started")
request_finished.connect(query_log.request_finished, dispatch_uid="search_log_finished")
# Queries are widened by them, whatever process answers.
post_save.connect(touch_content, sender=Concept, dispatch_uid="search_concept_saved")
post_delete.connect(touch_content, sender=Concept, dispatch_uid="search_concept_deleted")
