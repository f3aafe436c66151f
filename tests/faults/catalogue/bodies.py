"""Bodies that are not what they say, or not what they should be."""

import gzip
import zlib

from tests.faults.catalogue.documented import HTML, NO_OBJECTS, PAGE, fixed
from tests.faults.catalogue.row import GOOD, Row
from tests.faults.documents import FIELDS
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

NO = "bad_response"
EITHER = (GOOD, NO)


def labelled(*headers: str) -> Behaviour:
    """Send the good answer under these headers."""
    return lambda exchange: exchange.answer(headers=headers)


def written(before: bytes = b"", after: bytes = b"", *, encoding: str = "utf-8") -> Behaviour:
    """Send the good answer with something around it."""
    return lambda exchange: exchange.answer(before + exchange.good().encode(encoding) + after)


def packed(coding: str, *, cut: int | None = None) -> Behaviour:
    """Send the good answer packed, though nobody asked for it."""
    header = f"Content-Encoding: {coding}"
    return lambda exchange: exchange.answer(gzip.compress(exchange.good().encode())[:cut], headers=[header])


def bomb() -> bytes:
    """Return 256 MiB of zeros, packed: the same block again and again (nobody gets as far as the checksum)."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) * 255


BOMBS = {1: bomb(), 2: gzip.compress(bomb())}


def exploding(layers: int, coding: str) -> Behaviour:
    """Send what unpacks to far more than anyone can want."""
    return lambda exchange: exchange.answer(BOMBS[layers], headers=[f"Content-Encoding: {coding}"])


def duplicate(exchange: Exchange) -> None:
    """Send two balances."""
    member = f'"{FIELDS[exchange.provider]}": '
    exchange.answer(exchange.good().replace(member, f"{member}1, {member}"))


def padded(padding: str) -> Behaviour:
    """Send the good answer with much beside the balance."""
    return lambda exchange: exchange.answer(exchange.good().replace("{", '{"padding": ' + padding + ", ", 1))


def nested(exchange: Exchange) -> None:
    """Hide the balance 20,000 objects deep."""
    exchange.answer('{"a":' * 20_000 + exchange.good() + "}" * 20_000)


def endless(exchange: Exchange) -> None:
    """Never end the body."""
    exchange.head(200, ["Transfer-Encoding: chunked"])
    exchange.endlessly(b"10000\r\n" + b"[" * 65536 + b"\r\n")


def endless_length(exchange: Exchange) -> None:
    """Promise 10 GB, and mean it."""
    exchange.head(200, ["Content-Length: 10000000000"])
    exchange.endlessly(b" " * 65536)


def endless_after(status: int) -> Behaviour:
    """Never end the body of an error."""

    def behaviour(exchange: Exchange) -> None:
        exchange.head(status, ["Content-Length: 10000000000"])
        exchange.endlessly(b" " * 65536)

    return behaviour


def chunked(exchange: Exchange) -> None:
    """Send a chunk for each byte, with extensions and trailers."""
    exchange.head(200, ["Transfer-Encoding: chunked", "Trailer: X-Sum"])
    for byte in exchange.good().encode():
        exchange.send(b"1;a=b;c\r\n" + bytes([byte]) + b"\r\n")
    exchange.send(b"0\r\nX-Sum: 1\r\n\r\n")
    exchange.kept = True


def until_close(exchange: Exchange) -> None:
    """Say nothing of the length, and close."""
    exchange.head()
    exchange.send(exchange.good())


def http10(exchange: Exchange) -> None:
    """Answer in an older version."""
    exchange.send("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + exchange.good())


def interim(exchange: Exchange) -> None:
    """Send interim answers first."""
    exchange.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
    exchange.answer()


ROWS = [
    Row("portal", fixed(PAGE, headers=HTML), "blocked", says="sign in", says_not="<"),
    Row("portal-as-json", fixed(PAGE), "blocked", says="sign in"),
    Row("empty", fixed(b""), NO),
    Row("no-content", fixed(b"", 204), NO),
    Row("reset-content", fixed(b"", 205), NO),
    Row("whitespace", fixed(b" \r\n\t "), NO),
    *(Row(f"json-{name}", fixed(text), NO) for name, text in NO_OBJECTS.items()),
    Row("truncated-json", lambda exchange: exchange.answer(exchange.good()[:-1]), NO),
    Row("trailing-garbage", written(after=b" x"), NO),
    Row("two-documents", written(after=b'{"balance": 1}'), NO),
    Row("comments", written(after=b" // fine"), NO),
    Row("comments-before", written(b"/* fine */ "), NO),
    Row("xssi", written(b")]}',\n"), NO),
    Row("xml", fixed("<?xml version='1.0'?><credits>42</credits>"), NO),
    Row("binary", fixed(bytes(range(256)) * 4), NO),
    Row("nul-bytes", written(b"\0\0"), NO),
    Row("nul-bytes-after", written(after=b"\0"), NO),
    Row("no-content-type", labelled(), GOOD),
    Row("charset-bogus", labelled("Content-Type: application/json; charset=klingon"), GOOD),
    Row("content-type-binary", labelled("Content-Type: application/octet-stream"), GOOD),
    Row("charset-utf16-label", labelled("Content-Type: text/plain; charset=utf-16"), EITHER),
    Row("bom", written(b"\xef\xbb\xbf"), EITHER),
    Row("utf16", written(encoding="utf-16"), EITHER),
    Row("utf16-le", written(encoding="utf-16-le"), EITHER),
    Row("utf32", written(encoding="utf-32"), EITHER),
    Row("utf7", written(b"+/v8-"), NO),
    Row("invalid-utf8", written(b'{"a": "\xff\xfe", '), NO),
    Row(
        "invalid-utf8-in-text", lambda exchange: exchange.answer(exchange.good().encode()[:-1] + b', "b": "\xff"}'), NO
    ),
    Row("duplicate-keys", duplicate, NO),
    Row(
        "duplicate-code",
        fixed('{"code": 500, "code": 0, "msg": "ok", "data": {"count": 4207}}'),
        NO,
        providers=("goenhance",),
    ),
    Row("deep-list", fixed("[" * 100_000), NO),
    Row("deep-list-closed", fixed("[" * 100_000 + "]" * 100_000), NO),
    Row("deep-object", nested, NO),
    Row("many-keys", padded("{" + ", ".join(f'"k{n}": {n}' for n in range(50_000)) + "}"), EITHER),
    Row("many-numbers", padded("[" + ",".join("1" * 300_000) + "]"), EITHER),
    Row("many-objects", padded("[" + ",".join(["{}"] * 200_000) + "]"), EITHER),
    Row("big-but-fine", padded(f'"{"x" * 200_000}"'), GOOD),
    Row("too-big", padded(f'"{"x" * 1_100_000}"'), NO),
    Row("gzip-bomb", exploding(1, "gzip"), NO),
    Row("gzip-bomb-twice", exploding(2, "gzip, gzip"), NO),
    Row("gzip-bomb-twice-said-once", exploding(2, "gzip"), NO),
    Row("gzip-bomb-in-chunks", exploding(1, "x-gzip"), NO),
    Row("gzip-unasked", packed("gzip"), EITHER),
    Row("gzip-lie", labelled("Content-Encoding: gzip"), NO),
    Row("gzip-cut", packed("gzip", cut=-12), NO),
    Row("gzip-unnamed", packed("identity"), NO),
    Row("gzip-empty", fixed(b"", headers=("Content-Encoding: gzip",)), NO),
    Row(
        "gzip-members", lambda x: x.answer(gzip.compress(x.good().encode()) * 2, headers=["Content-Encoding: gzip"]), NO
    ),
    Row("deflate-lie", labelled("Content-Encoding: deflate"), EITHER),
    Row("encoding-unknown", labelled("Content-Encoding: klingon"), EITHER),
    Row("encoding-brotli", labelled("Content-Encoding: br"), EITHER),
    Row("endless-body", endless, NO),
    Row("endless-length", endless_length, NO),
    Row("error-endless-body", endless_after(401), "key_rejected"),
    Row("error-endless-500", endless_after(500), "provider_error"),
    Row(
        "error-gzip-bomb", lambda x: x.answer(BOMBS[1], status=401, headers=["Content-Encoding: gzip"]), "key_rejected"
    ),
    Row("chunked", chunked, GOOD),
    Row("until-close", until_close, GOOD),
    Row("http10", http10, GOOD),
    Row("early-hints", interim, GOOD),
]
