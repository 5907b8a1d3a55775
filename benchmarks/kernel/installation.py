# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An installation of the measurement's own, with the demo municipality, removed at the end."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kodeks.database import cluster
from kodeks.database.cluster import Cluster

TEXT = "Der er rotter i gården hos naboen, og det lugter fælt."


@contextmanager
def fresh() -> Iterator[Cluster]:
    """A demo home in a temporary folder with its database running, fsync on.

    The environment points there; Django is set up by whoever uses it, in each process.
    """
    home = Path(tempfile.mkdtemp(prefix="kodeks-bench-"))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    try:
        found = cluster.start(home=home)
        subprocess.run([sys.executable, "-m", "kodeks", "demo-prepare"], check=True)
        yield found
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def one_line() -> Any:
    """The whole of one suggestion, without the model's own computing: a function to call.

    Under a permit that is asked for once and kept, as a worker keeps it: the data are read, the
    permission to compute is asked for, and a recommendation with six considerations is issued, in
    one transaction. Not the model itself, which is measured in benchmarks/inquiries.
    """
    from kodeks.kernel import api as kernel

    def work(permit: kernel.Permit) -> uuid.UUID:
        subject = kernel.Subject(type="inquiry", id=str(uuid.uuid4()))
        reading = permit.read(
            subject=subject,
            source="henvendelse",
            fields=("text",),
            fetch=lambda about, fields: {
                "text": kernel.Value(text=TEXT, fetched_at=dt.datetime.now(dt.UTC))
            },
        )
        permit.predict(load=lambda content: content, compute=lambda model: None)
        return permit.issue(
            subject=subject,
            suggestion={"label": "rotter"},
            confidence=0.9,
            alternatives=[
                kernel.Alternative(value=f"emne{number}", confidence=0.02) for number in range(4)
            ],
            used=[reading.datum("text")],
            considerations=[
                kernel.Consideration(text=f"Ordet {number}", weight=1.5, direction="for")
                for number in range(6)
            ],
            counterfactuals=[
                kernel.Counterfactual(text="Uden ordet rotter", suggestion={"label": "stoej"})
            ],
            key=subject.id,
            traits={"length": "20-49", "known_words": "90-100"},
        )

    return lambda: kernel.under_permit(system="inquiries", purpose="triage", work=work)
