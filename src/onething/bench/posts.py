"""`python -m onething.bench.posts`: sends one ready request again and again, as bare as can be, and says how long that took.

Reads lines of JSON (`port`, `path`, `headers`, `body`, `times`), answers each with seconds; an empty line ends it.
"""

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from onething.launcher.ports import HOST

__all__ = ["main"]

# As many at once as the worker has.
THREADS = 4


def main() -> int:
    """Work until there are no more lines."""
    with ThreadPoolExecutor(THREADS) as pool:
        for line in sys.stdin:
            if not line.strip():
                break
            wanted = json.loads(line)
            began = time.perf_counter()
            for status in pool.map(_send, [wanted] * wanted["times"]):
                if status >= http.client.BAD_REQUEST:
                    return 1
            print(f"{time.perf_counter() - began:.6f}", flush=True)
    return 0


def _send(wanted: dict[str, Any]) -> int:
    """A connection of its own each time, as a push has."""
    line = http.client.HTTPConnection(HOST, wanted["port"], timeout=10)
    try:
        line.request("POST", wanted["path"], wanted["body"].encode(), wanted["headers"])
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main())
