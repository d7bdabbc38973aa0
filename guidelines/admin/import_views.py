"""Handbooks sent in by editors: the form, what importing would do, and what it did."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from ..importing.errors import ImportRefused
from ..importing.records import HandbookUpload
from ..importing.report import ImportReport
from ..importing.uploads import discard_upload, may_import, preview_upload, start_import
from .import_form import HandbookUploadForm


def may_import_somewhere(user) -> bool:
    """Whether the menu shows it: may this user make and publish pages anywhere?"""
    policy = PagePermissionPolicy()
    return policy.user_has_permission(user, "add") and policy.user_has_permission(user, "publish")


def _check(user) -> None:
    if not may_import_somewhere(user):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def upload_handbook(request: HttpRequest) -> HttpResponse:
    """The form; a file that can be imported leads to what importing it would do."""
    _check(request.user)
    form = HandbookUploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            upload = preview_upload(
                file=data["file"], prefix=data["prefix"], parent=data["parent"], split=data["split"], user=request.user
            )
        except (ValidationError, ImportRefused) as error:
            form.add_error("file", error.messages if isinstance(error, ValidationError) else str(error))
        else:
            return redirect("handbook_upload", upload.pk)
    recent = HandbookUpload.objects.filter(user=request.user).order_by("-created_at")[:10]
    return render(
        request,
        "guidelines/admin/upload.html",
        {"form": form, "recent": recent, "page_title": _("Import a handbook"), "header_icon": "upload"},
        status=422 if form.errors else 200,
    )


def _own_upload(request: HttpRequest, upload_id: int) -> HandbookUpload:
    _check(request.user)
    uploads = HandbookUpload.objects.select_related("parent__locale")
    if not request.user.is_superuser:
        uploads = uploads.filter(user=request.user)
    return get_object_or_404(uploads, pk=upload_id)


@require_http_methods(["GET"])
def show_upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What importing will do or did, and every remark by file and line."""
    upload = _own_upload(request, upload_id)
    data = dict(upload.report)
    refused = data.pop("refused", "")
    report = ImportReport.from_dict(data)
    root = Page.objects.filter(pk=report.root_page_id).first() if report.root_page_id else None
    return render(
        request,
        "guidelines/admin/report.html",
        {
            "upload": upload,
            "report": report,
            "refused": refused,
            "root": root,
            "page_title": upload.prefix,
            "header_icon": "upload",
        },
    )


@require_POST
def apply_upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Import what was looked at. Pressed twice, it is imported once."""
    upload = _own_upload(request, upload_id)
    if not may_import(request.user, upload.parent):
        raise PermissionDenied
    start_import(upload=upload)
    return redirect("handbook_upload", upload.pk)


@require_POST
def delete_upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Throw the file away; pages made from it stay."""
    discard_upload(upload=_own_upload(request, upload_id))
    messages.success(request, _("The file is gone. Pages made from it are still there."))
    return redirect("handbook_uploads")
