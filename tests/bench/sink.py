"""A mail server that takes everything and keeps nothing, in a process of its own: ``python -m tests.bench.sink``.

It says its port in the first line. One connection at a time, as one sender has.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWERS = {b"EHLO": b"250 sink", b"MAIL": b"250 OK", b"RCPT": b"250 OK", b"RSET": b"250 OK", b"QUIT": b"221 bye"}


@contextmanager
def running() -> Iterator[int]:
    """Its port on the loopback interface."""
    with subprocess.Popen([sys.executable, "-m", "tests.bench.sink"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def serve() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    while True:
        connection, _address = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 sink\r\n")
            stream.flush()
            for line in stream:
                if line[:4].upper() == b"DATA":
                    stream.write(b"354 go on\r\n")
                    stream.flush()
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                    stream.write(b"250 2.0.0 Ok: queued\r\n")
                else:
                    stream.write(_ANSWERS.get(line[:4].upper(), b"500 what?") + b"\r\n")
                stream.flush()


if __name__ == "__main__":
    serve()
