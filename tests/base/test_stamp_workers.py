"""The content stamp with several workers: no test transaction around it, so it really commits."""

from threading import Thread

from django.db import connection, transaction

from base.stamp import content_stamp, touch_content


def test_other_workers_see_the_new_stamp_together_with_the_change(django_db_blocker):
    """Outside the test's own transaction: another connection sees nothing of it before it is through, then the whole."""

    def stamp_of_another_worker() -> int:
        found = []

        def ask():
            with django_db_blocker.unblock():
                found.append(content_stamp())
                connection.close()

        thread = Thread(target=ask)
        thread.start()
        thread.join()
        return found[0]

    before = stamp_of_another_worker()
    made = []

    def change():
        with django_db_blocker.unblock():
            with transaction.atomic():
                touch_content()
                made.extend([content_stamp(), stamp_of_another_worker()])
            connection.close()

    worker = Thread(target=change)
    worker.start()
    worker.join()
    assert made == [stamp_of_another_worker(), before]
    assert made[0] != before
