"""A PDF with text in any alphabet, as small as one can be: each letter by its number, and a table of what they are."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(pages: Sequence[Sequence[str]], text: bool = True) -> bytes:
    """Pages of lines; without `text`, pages that show nothing."""
    letters = sorted({letter for page in pages for line in page for letter in line})
    numbers = {letter: at + 1 for at, letter in enumerate(letters)}
    mapped = "\n".join(f"<{number:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, number in numbers.items())
    cmap = f"begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{len(numbers)} beginbfchar\n{mapped}\n"
    cmap += "endbfchar\nendcmap"
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 /CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (Identity) /Supplement 0 >> >>",
        stream(cmap),
    ]
    for at, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * at} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        shown = [f"<{''.join(f'{numbers[letter]:04x}' for letter in line)}> Tj 0 -16 Td" for line in page]
        objects.append(stream("BT /F 11 Tf 60 780 Td " + "\n".join(shown if text else []) + " ET"))
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return made + head.encode() + f"startxref\n{len(made)}\n%%EOF\n".encode()


def stream(content: str) -> bytes:
    packed = zlib.compress(content.encode())
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"
