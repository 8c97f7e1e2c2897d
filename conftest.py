"""What holds for every test: no network beyond this machine, and Hypothesis without a stopwatch."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from onething.kit import sealed

# Cores are shared with a database and a browser, so the time of one example says nothing. Each run looks at other
# examples than the last one; where `CI` is set, the same commit gives the same answer. `max_examples` is what two cores
# do in minutes: a test whose examples are cheap or whose space is large asks for more itself.
settings.register_profile(
    "onething", deadline=None, print_blob=True, max_examples=60, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("onething")


@pytest.fixture(autouse=True, scope="session")
def _shared_values_stay_as_they_are() -> Iterator[None]:
    """Whatever a process keeps for many readers must read at the end of all tests as it did at first: nobody changed it."""
    kept = sealed.read_shared
    seen: dict[bytes, object] = {}

    def noted(packed: bytes) -> object:
        return seen.setdefault(bytes(packed), kept(packed))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "read_shared", noted)
        yield
    changed = [value for packed, value in seen.items() if kept.__wrapped__(packed) != value]
    if changed:
        pytest.fail(
            f"{len(changed)} shared values were changed by one of their readers; the first: {str(changed[0])[:300]}"
        )


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Refuse any connection that leaves the machine: tests say nothing about a network they cannot rely on."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[object, ...] | str) -> None:
        if (
            not isinstance(address, str)
            and self.family in {socket.AF_INET, socket.AF_INET6}
            and not _is_here(str(address[0]))
        ):
            msg = f"a test tried to reach {address[0]}; tests stay on this machine"
            raise PermissionError(msg)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
