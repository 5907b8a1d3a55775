# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""PDF files from elsewhere: what they say, and removing parts of it for good.

sanitising.sanitise(content) -> Sanitised    only what is seen on the pages is left
reading.chars(content) -> pages of Char      what PDFium reads, one entry for each character
decoding.decoded(page) -> str                what the page's streams say (the second reader)
glyphs.Rewriter                              takes glyphs out of the streams
"""
