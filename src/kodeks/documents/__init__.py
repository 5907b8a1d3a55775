# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Letters as accessible, archivable PDF files (pure: no Django, no network, no system fonts)."""
