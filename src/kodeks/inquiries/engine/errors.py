# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can go wrong in the engine; every text is a Danish sentence for the user."""


class TriageModelError(Exception):
    """A stored model is missing, broken, mixed or from a newer version of kodeks."""


class TrainingError(Exception):
    """The training examples cannot give a model; the text says what to change."""


class ThresholdError(ValueError):
    """The allowed share of errors is not a share."""
