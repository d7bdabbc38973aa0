"""Copying a path or a phase in the admin."""

from wagtail import hooks

from ..services.copying import point_within_copy


@hooks.register("after_copy_page")
def let_steps_wait_for_each_other(request, page, new_page):
    """The steps of a copy point to each other."""
    point_within_copy(original=page, copy=new_page)
