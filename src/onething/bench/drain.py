"""`python -m onething.bench.drain`: a worker that works off the queue when told, and says how many seconds it took."""

import sys
import time

import django

__all__ = ["main"]

CONCURRENCY = 4


def main() -> int:
    """One line in, one line out; an empty line ends it."""
    django.setup()
    from procrastinate.contrib.django import app  # noqa: PLC0415  # it is built while Django starts

    for line in sys.stdin:
        if not line.strip():
            break
        began = time.perf_counter()
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's connector has it, the base type does not say so
            worker.run_worker(concurrency=CONCURRENCY, wait=False, listen_notify=False, install_signal_handlers=False)
        print(f"{time.perf_counter() - began:.6f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
