"""A small S3 on 127.0.0.1: one bucket that can be listed and read (ListObjectsV2, HeadObject, GetObject with Range)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATE = "2024-03-05T10:00:00.000Z"
_HTTP_DATE = "Tue, 05 Mar 2024 10:00:00 GMT"


@contextmanager
def serving(bucket: str, objects: Mapping[str, bytes]) -> Iterator[str]:
    """The address of a server with one `bucket` of `objects` (content by key), path-style."""
    handler = type("Handler", (_Handler,), {"bucket": bucket, "objects": dict(objects)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers as Amazon's API reference says; signatures are not looked at."""

    protocol_version = "HTTP/1.1"
    bucket: str
    objects: Mapping[str, bytes]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        bucket, _, key = unquote(address.path[1:]).partition("/")
        if bucket != self.bucket:
            self._fail("NoSuchBucket", "The specified bucket does not exist")
        elif not key:
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self._answer(200, self._listing(asked.get("prefix", ""), asked.get("delimiter", "")).encode())
        elif key in self.objects:
            self._send_object(self.objects[key])
        else:
            self._fail("NoSuchKey", "The specified key does not exist.")

    def _listing(self, prefix: str, delimiter: str) -> str:
        """ListBucketResult; keys that go on after the `delimiter` are summed up in CommonPrefixes."""
        keys, folders = list[str](), dict[str, None]()
        for key in sorted(key for key in self.objects if key.startswith(prefix)):
            head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            if found:
                folders[prefix + head + delimiter] = None
            else:
                keys.append(key)
        rows = [
            f"<Contents><Key>{escape(key)}</Key><LastModified>{_DATE}</LastModified><ETag>&quot;0&quot;</ETag>"
            f"<Size>{len(self.objects[key])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for key in keys
        ] + [f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders]
        return (
            f'{_XML}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{self.bucket}</Name>'
            f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(rows)}</KeyCount><MaxKeys>1000</MaxKeys>"
            f"<IsTruncated>false</IsTruncated>{''.join(rows)}</ListBucketResult>"
        )

    def _send_object(self, data: bytes) -> None:
        first, last = 0, len(data) - 1
        if asked := self.headers.get("Range"):  # RFC 9110 section 14.1.2, one range with a beginning
            start, _, end = asked.removeprefix("bytes=").partition("-")
            first, last = int(start), min(last, int(end or last))
        headers = {"Content-Range": f"bytes {first}-{last}/{len(data)}"} if asked else {}
        self._answer(206 if asked else 200, data[first : last + 1], headers)

    def _fail(self, code: str, text: str) -> None:
        self._answer(404, f"{_XML}<Error><Code>{code}</Code><Message>{text}</Message></Error>".encode())

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        fixed = {"Content-Length": str(len(body)), "ETag": '"0"', "Last-Modified": _HTTP_DATE}
        for name, value in {**fixed, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests look at what hamgate says."""
