"""Another server of the fediverse, on this computer: it shows actors, signs, and keeps its mail."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from media4sec.feeds import keys, signatures
from media4sec.feeds.activitypub import PUBLIC

OURS = "http://127.0.0.1:8000"


class Key:
    """A key of theirs, in the shape in which ours signs."""

    def __init__(self):
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = private.public_key()
        self.sealed = keys._seal(pem)
        self.public_pem = public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode()


KEY, OTHER_KEY, OUR_KEY = Key(), Key(), Key()


class Elsewhere:
    """A server with one inhabitant, Wanda."""

    def __init__(self):
        self.got, self.asked = [], []
        self.status, self.pause, self.document_pause = 202, 0.0, 0.0
        self.document_changes = {}
        self.sends_on_to = ""
        self.document_kind = "application/activity+json"
        elsewhere = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self):
                elsewhere.asked.append((self.path, dict(self.headers)))
                time.sleep(elsewhere.document_pause)
                if elsewhere.sends_on_to:
                    self.send_response(302)
                    self.send_header("Location", elsewhere.sends_on_to)
                    self.end_headers()
                    return
                self.say(200, json.dumps(elsewhere.document(self.path)).encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(elsewhere.pause)
                elsewhere.got.append((self.path, dict(self.headers), body))
                self.say(elsewhere.status, b"")

            def say(self, status, body):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", elsewhere.document_kind)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        self.wanda = f"{self.url}/wanda"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def document(self, path):
        return {
            "id": f"{self.url}{path}",
            "type": "Person",
            "preferredUsername": path.strip("/"),
            "name": "Wanda <b>W.</b>",
            "inbox": f"{self.url}{path}/inbox",
            "endpoints": {"sharedInbox": f"{self.url}/inbox"},
            "publicKey": {
                "id": f"{self.url}{path}#main-key",
                "owner": f"{self.url}{path}",
                "publicKeyPem": KEY.public_pem,
            },
            **self.document_changes,
        }

    @property
    def words(self):
        """What arrived, without how."""
        return [json.loads(body) for _path, _headers, body in self.got]

    def kinds(self):
        return [word["type"] for word in self.words]

    # What it says to us

    def follow(self, name="community"):
        return self.activity("Follow", f"{OURS}/actors/{name}/")

    def note(self, to, content="<p>We have that, too.</p>", number=1, **more):
        return {
            "id": f"{self.url}/notes/{number}",
            "type": "Note",
            "attributedTo": self.wanda,
            "inReplyTo": to,
            "content": content,
            "published": "2026-05-01T10:00:00Z",
            "to": [PUBLIC],
            "url": f"{self.url}/@wanda/{number}",
            **more,
        }

    def activity(self, kind, about, **more):
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.url}/activities/{kind}-{time.monotonic_ns()}",
            "type": kind,
            "actor": self.wanda,
            "object": about,
            **more,
        }

    def letter(self, said, path="/inbox/", *, key=KEY, key_id=None, body=None, **changed):
        """Signed as the fediverse signs; ``changed`` headers are put in afterwards."""
        content = body if body is not None else json.dumps(said).encode()
        key_id = key_id or f"{self.wanda}#main-key"
        url = f"{OURS}{path}"
        headers = signatures.signed_headers("POST", url, key=key, key_id=key_id, body=content)
        headers.update(changed)
        kind = headers.pop("Content-Type", "application/activity+json")
        return {"path": path, "data": content, "content_type": kind, "headers": headers}

    def send(self, client, *args, **more):
        return client.post(**self.letter(*args, **more))
