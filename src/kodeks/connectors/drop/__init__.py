# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A watched folder: what scanners and other systems put there becomes inquiries."""
