# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json
from kodeks.workbench import settings as s
print(json.dumps({
    "host": s.DATABASES["default"]["HOST"], "port": s.DATABASES["default"]["PORT"],
    "secure": s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE, "key": len(s.SECRET_KEY),
    "hsts": s.SECURE_HSTS_SECONDS, "apps": s.INSTALLED_APPS, "debug": s.DEBUG,
    "user": s.DATABASES["default"]["USER"],
}))
"""


def settings_with(home: Path, **given: str) -> dict:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KODEKS_")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment | {"KODEKS_HOME": str(home)} | given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def test_they_can_be_read_before_there_is_a_database(tmp_path: Path) -> None:
    found = settings_with(tmp_path / "new")
    assert (found["host"], found["port"]) == ("127.0.0.1", "1")
    assert found["secure"]
    assert found["hsts"] > 0
    assert found["debug"] is False
    assert found["key"] >= 64
    assert "kodeks.demo" not in found["apps"]


def test_the_role_chooses_the_address(tmp_path: Path) -> None:
    urls = {
        "KODEKS_DATABASE_URL": "postgresql://app@db/kodeks",
        "KODEKS_DATABASE_OWNER_URL": "postgresql://owner@db/kodeks",
    }
    assert settings_with(tmp_path, **urls)["user"] == "app"
    assert settings_with(tmp_path, **urls, KODEKS_DATABASE_ROLE="owner")["user"] == "owner"


def test_the_demo_has_its_own_app(tmp_path: Path) -> None:
    assert "kodeks.demo" in settings_with(tmp_path, KODEKS_DEMO="1")["apps"]


def test_a_named_key_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="kodeks init"):
        settings_with(tmp_path, KODEKS_SECRET_KEY_FILE=str(tmp_path / "missing"))


def test_the_key_comes_from_its_file(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k" * 71 + "\n")
    assert settings_with(tmp_path, KODEKS_SECRET_KEY_FILE=str(key))["key"] == 71
