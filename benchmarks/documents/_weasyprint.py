# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same letters by WeasyPrint, run by ``letters.py`` with an environment that has it."""

from __future__ import annotations

import html
import json
import sys
import time
from pathlib import Path
from typing import Any

import weasyprint

STYLE = """
@page { size: A4; margin: 22mm 20mm 24mm;
  @bottom-left { content: "Eksempel Kommune"; font-size: 9pt }
  @bottom-right { content: "Side " counter(page) " af " counter(pages); font-size: 9pt } }
body { font: 11.5pt serif } h1 { font-size: 15pt } h2 { font-size: 12pt }
.to { height: 46mm; display: flex; justify-content: space-between } aside { font-size: 9.5pt }
table { width: 100%; border-collapse: collapse } td, th { text-align: left;
  border-bottom: .5pt solid #b0b0b0; padding: 2mm 0 } th { width: 55mm }
img { width: 88mm; image-rendering: pixelated }
"""


def page(given: dict[str, str]) -> str:
    letter = json.loads(given["letter"])
    text = html.escape
    lines = [letter["recipient_name"], *letter["recipient_address"]]
    return f"""<html lang="da"><head><title>{text(letter["subject"])}</title>
<style>{STYLE}</style></head><body>
<header><strong>{text(letter["municipality"])}</strong><br>{text(letter["department"])}</header>
<div class="to"><p>{"<br>".join(map(text, lines))}</p>
<aside><strong>Dato</strong><br>{given["date"]}<br><strong>Sagsnummer</strong><br>
{text(letter["case_number"])}<br><strong>Kontakt</strong><br>
{"<br>".join(map(text, letter["contact"]))}</aside></div>
<h1>{text(letter["subject"])}</h1>
{"".join(map(block, letter["paragraphs"]))}
<p>{"<br>".join(map(text, letter["signature"]))}</p>
<section style="break-inside: avoid"><h2>Din kvittering</h2><p>{text(given["receipt"])}</p>
<img alt="QR-kode med din kvittering" src="data:image/png;base64,{given["code"]}"></section>
</body></html>"""


def block(given: dict[str, Any]) -> str:
    text = html.escape
    match given["kind"]:
        case "heading":
            return f"<h2>{text(given['text'])}</h2>"
        case "numbers":
            return "<ol>" + "".join(f"<li>{text(item)}</li>" for item in given["items"]) + "</ol>"
        case "facts":
            rows = (f"<tr><th>{text(a)}</th><td>{text(b)}</td></tr>" for a, b in given["rows"])
            return "<table>" + "".join(rows) + "</table>"
    return f"<p>{text(given['text'])}</p>"


def make(given: dict[str, str], fonts: Any) -> tuple[int, int]:
    """Bytes and pages."""
    attachments = [
        weasyprint.Attachment(string=given["letter"], name="letter.json", relationship="Data"),
        weasyprint.Attachment(string=given["receipt_file"], name="kvittering.json"),
    ]
    document = weasyprint.HTML(string=page(given)).render(font_config=fonts)
    document.metadata.attachments = attachments
    return len(document.write_pdf(pdf_variant="pdf/ua-1")), len(document.pages)


def main() -> None:
    given = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    warm_up = int(sys.argv[2])
    fonts = weasyprint.text.fonts.FontConfiguration()
    for each in given[:warm_up]:
        make(each, fonts)
    begun, looked = time.process_time(), time.perf_counter()
    made = [make(each, fonts) for each in given[warm_up:]]
    used, passed = time.process_time() - begun, time.perf_counter() - looked
    answer = {
        "version": weasyprint.__version__,
        "sizes": [size for size, _ in made],
        "pages": sum(pages for _, pages in made) / len(made),
        "used": used,
        "passed": passed,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
