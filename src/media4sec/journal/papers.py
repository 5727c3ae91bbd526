"""Plain PDFs made of lines of text, for the demo's library and for tests. No library needed."""

from collections.abc import Sequence

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 64  # A4 in points
_LINE, _LETTERS = 16, 82
#: One of the fonts every reader has; its letters are those of Western Europe.
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def paper(pages: Sequence[str], *, title: str = "") -> bytes:
    """A PDF with these texts, each on a page of its own, under a title on the first."""
    bodies: list[bytes] = [b"", _FONT.encode()]
    kids = []
    for number, text in enumerate(pages):
        content = _content(text, title if number == 0 else "")
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        bodies.append(
            f"<< /Type /Page /Parent 1 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F1 2 0 R >> >> /Contents {len(bodies)} 0 R >>".encode()
        )
        kids.append(f"{len(bodies)} 0 R")
    bodies[0] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    bodies.append(b"<< /Type /Catalog /Pages 1 0 R >>")
    return _file(bodies)


def _file(bodies: Sequence[bytes]) -> bytes:
    """Objects, the table that says where each begins, and the end."""
    written, begins = b"%PDF-1.4\n", []
    parts = [written]
    at = len(written)
    for number, body in enumerate(bodies, start=1):
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        begins.append(at)
        parts.append(part)
        at += len(part)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    parts.append(
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root %d 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table, len(bodies) + 1, len(bodies), at)
    )
    return b"".join(parts)


def _content(text: str, title: str) -> bytes:
    top = _HEIGHT - _MARGIN
    lines = []
    if title:
        for line in _wrapped(title, 44):
            lines.append(f"BT /F1 20 Tf {_MARGIN} {top} Td ({_escaped(line)}) Tj ET")
            top -= 26
        top -= _LINE
    for line in _wrapped(text, _LETTERS):
        if line:
            lines.append(f"BT /F1 11 Tf {_MARGIN} {top} Td ({_escaped(line)}) Tj ET")
        top -= _LINE
    return "\n".join(lines).encode("cp1252", "replace")


def _wrapped(text: str, letters: int) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) + 1 > letters:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines.append(line)
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
