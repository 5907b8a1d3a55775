# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A witness for others' logs (C2SP tlog-witness): needs a folder, and no database.

So that a neighbour, an association or an archive can run one on any small machine. `store` keeps
what has been seen, `server` answers over HTTP; what is answered is decided in `kodeks.ledger`.
"""
