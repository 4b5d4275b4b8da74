"""A receiver as a bank would run it: another process that checks with the official library.

    python -m tests.gateway.inbox.receiver FOLDER PORT

`behaviour.json` in the folder says by path what it does (`status`, `headers`, `wait`, `drop`, `die`,
`kill`), `secrets.json` which secrets it knows. What it got is in `got.jsonl`, one line per request, written
before it answers.
"""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

_WRITING = threading.Lock()


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.exists() else {}


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        known = _read(self.folder / "secrets.json").get(self.path, [])
        got = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
            "verified": [self._verify(secret, body) for secret in known],
            "at": time.time(),
        }
        with _WRITING, (self.folder / "got.jsonl").open("a") as log:
            log.write(json.dumps(got) + "\n")
        self._behave(_read(self.folder / "behaviour.json").get(self.path, {}))

    def _verify(self, secret: str, body: bytes) -> bool:
        try:
            Webhook(secret).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            return False
        return True

    def _behave(self, how: dict[str, Any]) -> None:
        if "kill" in how:
            os.kill(how["kill"], signal.SIGKILL)
            time.sleep(0.3)  # the answer must find nobody
        if how.get("die"):
            os._exit(1)
        if how.get("drop"):
            self.close_connection = True
            return
        time.sleep(how.get("wait", 0))
        self.send_response(how.get("status", 204))
        for name, value in how.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()


def main() -> None:
    Receiver.folder = Path(sys.argv[1])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Receiver).serve_forever()


if __name__ == "__main__":
    main()
