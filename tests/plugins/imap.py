"""A small IMAP server on the loopback interface: as much of RFC 3501 as reading a folder of reports takes."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any

SEEN = r"\Seen"


@dataclass
class Mailbox:
    """``messages`` by uid; ``seen`` are those marked so; ``asked`` are the commands as they came."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    breaks_at: int | None = None
    """The uid at whose fetching the connection ends."""

    def start(self) -> int:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mailbox.serve(self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return int(self.server.server_address[1])

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def serve(self, handler: Any) -> None:
        def say(text: bytes) -> None:
            handler.wfile.write(text + b"\r\n")

        say(b"* OK ready")
        while line := handler.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.asked.append(command)
            answer = self.answer(command)
            if answer is None:
                return
            for part in answer:
                say(part)
            say(f"{tag} OK done".encode())

    def answer(self, command: str) -> list[bytes] | None:
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1"]
        if command.startswith(("SELECT", "EXAMINE")):
            return [f"* {len(self.messages)} EXISTS".encode()]
        if command.startswith("UID SEARCH"):
            return [b"* SEARCH" + "".join(f" {uid}" for uid in self._found(command)).encode()]
        if fetched := re.match(r"UID FETCH (\d+) ", command):
            uid = int(fetched[1])
            if uid == self.breaks_at:
                return None
            content = self.messages[uid]
            return [f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}".encode() + b"\r\n" + content + b")"]
        if stored := re.match(r"UID STORE (\d+) \+FLAGS", command):
            self.seen.add(int(stored[1]))
        return []

    def _found(self, command: str) -> list[int]:
        named = re.search(r'HEADER Message-ID "(.+?)"', command)
        if named:
            return [uid for uid, content in self.messages.items() if f"Message-ID: {named[1]}".encode() in content]
        return [uid for uid in self.messages if uid not in self.seen]
