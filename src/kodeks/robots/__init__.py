# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Durable flows: a robot's steps under a person's decision, each done once."""
