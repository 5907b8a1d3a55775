# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the pages of solutions and workbench share: who is let in, live pages, and keys
of systems that send to us."""
