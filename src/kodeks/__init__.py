# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kodeks runs a municipality's AI under its codex."""

import os

__version__ = "0.1.0"

# Before anything imports numpy. Web and workers are processes that share a server's cores; threads
# of BLAS that wait for each other take several times the processor time (decision 0043,
# benchmarks/inquiries/threads.py). Whoever sets it otherwise is heard.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
