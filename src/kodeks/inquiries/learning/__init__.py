# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Caseworkers' decisions as training data: a durable run that trains, compares and ends in a model
that is ready to be signed, or in a refusal."""
