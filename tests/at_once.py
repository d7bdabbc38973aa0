"""Several at the same moment, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections


def all_at_once(works: list[Callable], refused: type[Exception] | tuple[type[Exception], ...]) -> list:
    """What each of these returned, or the refusal it met, all started together; any other error is raised here."""
    gate, outcomes = Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        try:
            gate.wait()
            outcomes[number] = works[number]()
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits for the thread
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors := [out for out in outcomes if isinstance(out, Exception) and not isinstance(out, refused)]:
        raise errors[0]
    return outcomes
