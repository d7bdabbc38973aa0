"""The search server of .ci/elasticsearch, to be killed and begun again."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from stage import ROOT


class SearchServer:
    """Elasticsearch in a folder of its own that is thrown away."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="portal-bench-search-"))
        self.folder.chmod(0o755)

    def start(self) -> str:
        """Begin it; returns SEARCH_URL."""
        address = self._do("start").strip()
        return f"elasticsearch://{address.removeprefix('http://')}/bench"

    def kill(self) -> None:
        """As a machine that dies."""
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)

    def again(self) -> None:
        """Begin it again with what it had, at the same address."""
        self._do("again")

    def stop(self) -> None:
        """End it and throw its folder away."""
        self._do("stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, what: str) -> str:
        command = [str(ROOT / ".ci" / "elasticsearch"), what, str(self.folder)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
