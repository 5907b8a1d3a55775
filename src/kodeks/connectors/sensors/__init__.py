# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What sensors send by MQTT, and the broker's configuration that loses next to nothing of it."""
