# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex as dated, signed data, and the system cards that answer to it. Pure.

`bundle` reads an edition; `bases`, `duties` and `protected` answer what it says on a day; `impact`
compares two editions; `check` asks whether every clause is executed and tested; `dsse` and `keys`
sign; `card` reads system cards.
"""
