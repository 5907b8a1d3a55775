# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Digital Post: messages in MeMo 1.2, sent by Serviceplatformen's SF1601 (KombiPostAfsend)."""
