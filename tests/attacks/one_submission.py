"""Sends one form to the application, twice, under an injected error; started by strace.

Everything is imported and connected before; a fork sends, so that the n-th call of the fork is the
n-th call of the submission. The two status codes leave as the exit code, without any write.

    python -m tests.attacks.one_submission ADDRESS FIRST-FORM SECOND-FORM (urlencoded)
"""

from __future__ import annotations

import os
import sys

from surveyapp import create_app
from surveyapp.config import from_environment
from surveyapp.runtime import runtime_for

CODES = (200, 503, 500)
FORM = "application/x-www-form-urlencoded"


def main() -> None:
    address, *bodies = sys.argv[1:]
    run = runtime_for(from_environment())
    client = create_app(runtime=run).test_client()
    client.get(address)  # imports everything
    run.database.engine.dispose()
    child = os.fork()
    if child == 0:
        first, second = (
            client.post(address, data=body, content_type=FORM).status_code for body in bodies
        )
        os._exit(CODES.index(first) * 10 + CODES.index(second))
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
