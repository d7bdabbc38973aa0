"""Whether a package in requirements.txt has a known hole, by the advisory database that ``uv audit`` asks.

    make audit

Ends with 0 if there is none, 1 if there is, and 2 if that couldn't be found out: without the internet nothing is known.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOT_KNOWN = 2


def pins(text: str) -> list[str]:
    """``name==version``, with the condition it has, for each package of a lock file."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    found = (line.partition(" --hash")[0].strip() for line in lines if re.match(r"[A-Za-z0-9]", line))
    return [re.sub(r"\s+#.*", "", line) for line in found]


def project(packages: list[str]) -> str:
    """A project that needs exactly these, for the tool reads no lock file but its own."""
    return "\n".join(
        ["[project]", 'name = "audited"', 'version = "0"', 'requires-python = ">=3.11"']
        + [f"dependencies = {json.dumps(packages)}", ""]
    )


def main(uv: str = str(Path(sys.executable).parent / "uv")) -> int:
    """The exit code; what was found is printed by the tool."""
    packages = pins((ROOT / "requirements.txt").read_text())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(project(packages))
        for command in ([uv, "lock", "--quiet"], [uv, "audit", "--locked", "--preview-features", "audit-command"]):
            code = subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603 - our own commands
            if code:
                break
    if code not in (0, 1):
        print("Not known: the advisory database or the package index can't be reached from here.", file=sys.stderr)
        return NOT_KNOWN
    print(f"{len(packages)} packages: {'a known hole, see above' if code else 'no known hole'}.")
    return code


if __name__ == "__main__":
    sys.exit(main())
