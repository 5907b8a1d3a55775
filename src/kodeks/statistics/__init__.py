# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is measured about systems and those whom they are about, with its uncertainty (pure)."""
