"""A background task has a trail of its own: what it logs is found by the task's id."""

from asgiref.local import Local

from base.trail import Trail, current, follow

_before = Local()


def begin(task_result, **kwargs) -> None:
    """From here on this thread works on the task; tasks that start tasks come back to their own."""
    _before.stack = [*getattr(_before, "stack", []), current()]
    follow(Trail(f"task-{task_result.id}"))


def end(**kwargs) -> None:
    """Back to what this thread was working on."""
    stack = getattr(_before, "stack", [])
    if stack:
        follow(stack[-1])
        _before.stack = stack[:-1]
