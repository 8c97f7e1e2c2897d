"""Ports of this machine's own address."""

import socket
from contextlib import closing

from onething.launcher.errors import CannotStart

__all__ = ["HIGHEST", "HOST", "first_free_port", "is_listening", "random_free_port"]

HOST = "127.0.0.1"
TRIES = 100
HIGHEST = 65535


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As servers do: a port whose last connections are still fading away counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Whether anybody answers there."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def first_free_port(wanted: int) -> int:
    """`wanted`, or the next one that is free. Raises CannotStart when a hundred in a row are taken."""
    for port in range(wanted, min(wanted + TRIES, HIGHEST + 1)):
        if is_free(port) and not is_listening(port):
            return port
    msg = f"Ports {wanted} to {min(wanted + TRIES - 1, HIGHEST)} are all taken; choose another one with --port."
    raise CannotStart(msg)


def random_free_port() -> int:
    """Any port that is free now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
