"""Mails that leave by themselves while the service runs: one thread, in small batches.

It sends what `mail deliver` would send, through the same claims, so that two servers and a timer at
once send no mail twice. A round that fails is noted and tried again; a server that is stopped lets
the batch at hand end, and the rest stays queued.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from surveyapp.errors import Refused, SurveyError
from surveyapp.mail import MailServerGone
from surveyapp.outbox import deliver, sender_of, waiting_mails
from surveyapp.runtime import Runtime

BATCH = 20  # mails; so long a server that is stopped may have to wait
PATIENCE = 60.0  # seconds that the end of a batch is waited for

logger = logging.getLogger(__name__)


class Postman:
    """Delivers what is due, again and again, until it is stopped."""

    def __init__(self, run: Runtime) -> None:
        self.run = run
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def _work(self) -> None:
        while True:
            try:
                self._round()
            except (SurveyError, MailServerGone) as problem:
                logger.warning("No mail was delivered: %s", problem)
            except Exception:  # whatever it is, the next round is another try
                logger.exception("A delivery of mails failed")
            if self.stopped.wait(self.run.config.deliver_every):
                return

    def _round(self) -> None:
        waiting = waiting_mails(self.run)
        for start in range(0, len(waiting), BATCH):
            done = deliver(self.run, waiting[start : start + BATCH], lambda _: None)
            if done.keyless_cycles:
                logger.warning("The keys of cycles are missing; run: surveyapp doctor")
            if done.stopped_by:
                logger.warning("The delivery of mails stopped: %s", done.stopped_by)
            if done.stopped_by or self.stopped.is_set():
                return

    def stop(self) -> None:
        self.stopped.set()
        self.thread.join(PATIENCE)


@contextmanager
def delivering(run: Runtime) -> Iterator[None]:
    """Mails leave as long as this lasts, unless that is switched off or none could be sent."""
    if not run.config.deliver_every or not _can_send(run):
        yield
        return
    postman = Postman(run)
    postman.thread.start()
    try:
        yield
    finally:
        postman.stop()


def _can_send(run: Runtime) -> bool:
    try:
        sender_of(run)
    except Refused as refusal:
        logger.warning("No mail leaves from here: %s", refusal)
        return False
    return True
