# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What sensors and platforms send, made into readings: pure, no network.

`taking.take(content=..., ...)` is the door for a message or a file, `library` has the sensors'
tables, `keys` says when two readings are the same one, `outwards` writes what others read.
"""
