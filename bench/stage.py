"""The services that the other scripts here measure against, each a process of its own that can be killed and begun again.

Everything is made in a temporary folder, listens on this machine only, and is gone at the end: a PostgreSQL cluster, Redis,
a mail server, gunicorn with two workers, a task worker, and what is due by the clock. Needs `apt-get install postgresql
redis-server`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(is_true, what: str, seconds: float = 60) -> float:
    """Ask until it is so; returns the seconds it took. Raises SystemExit, naming ``what``, where it never is."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if is_true():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise SystemExit(f"{what} did not come within {seconds:.0f} seconds.")


class Service:
    """One process group with its log; ``command`` is begun in the project's folder."""

    def __init__(self, name: str, command: list[str], log: Path, env: dict[str, str] | None = None):
        self.name, self.command, self.log, self.env = name, command, log, env
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Begin it, again if need be."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """As a machine that dies: no goodbye, no child left."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As somebody who switches it off, and killed where it doesn't listen."""
        self._end(signal.SIGTERM, patience=15)

    def _end(self, sign: signal.Signals, patience: float = 5) -> None:
        if self.process is None:
            return
        for attempt in (sign, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, attempt)
            except ProcessLookupError:
                break
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            break
        self.process = None

    def children(self) -> list[int]:
        """The processes it started: gunicorn's workers."""
        if self.process is None:
            return []
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


class Postgres:
    """A cluster of its own on a socket in ``folder``."""

    def __init__(self, folder: Path):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        if not found:
            raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
        self.bin, self.folder = found[-1], folder
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = {"listen_addresses": "", "max_connections": "60"}
        options |= {"shared_buffers": "256MB", "max_wal_size": "4GB", "wal_level": "minimal", "max_wal_senders": "0"}
        lines = "".join(f"{name} = '{value}'\n" for name, value in options.items())
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(lines)

    @property
    def url(self) -> str:
        """As DATABASE_URL."""
        return f"postgres://postgres@/postgres?host={self.folder}"

    def start(self, *, durable: bool = True) -> None:
        """Begin it, and wait until it answers; ``durable=False`` doesn't wait for the disk, which filling doesn't need."""
        options = f"-k {self.folder}"
        options += "" if durable else " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """As it should be: everything is written down."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop", check=False)

    def kill(self) -> None:
        """At once, without writing anything down; it has to recover when it begins again."""
        self._run("pg_ctl", "-m", "immediate", "stop", check=False)

    def _run(self, name: str, *arguments: str, check: bool = True) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_postgres, str(self.bin / name), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd=self.folder)  # noqa: S603


class Stage:
    """All of them, with the settings they share in ``env``. Use it with ``staged()``."""

    def __init__(self, folder: Path, *, search_url: str = "", threads: int = 4, extra: dict[str, str] | None = None):
        self.folder, self.port = folder, free_port()
        folder.chmod(0o755)
        redis, mail = free_port(), free_port()
        if shutil.which("redis-server") is None:
            raise SystemExit("Redis is missing: apt-get install redis-server")
        self.postgres = Postgres(folder / "postgres")
        self.mails = folder / "mails.jsonl"
        self.env = {
            **os.environ,
            # The project first: there is a search.py here.
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "SECRET_KEY": "only-for-measuring-on-this-machine-never-for-real-people-0f9d2",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "HTTPS": "0",
            "DEMO": "1",
            "DEBUG": "0",
            "DATABASE_URL": self.postgres.url,
            "CACHE_URL": f"redis://127.0.0.1:{redis}/0",
            "TASKS_BACKEND": "django_tasks_db.DatabaseBackend",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
            "SEARCH_URL": search_url,
            "SEARCH_INDEX_PATH": str(folder / "search"),
            "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"),
            # At any hour of any day, or a run at night measures nothing.
            "MAIL_HOURS": "00:00-23:59",
            "HOLIDAYS_COUNTRY": "",
            "LOG_LEVEL": "WARNING",
            **(extra or {}),
        }
        self.redis = self._service(
            "redis", ["redis-server", "--port", str(redis), "--save", "", "--bind", "127.0.0.1", "--dir", str(folder)]
        )
        self.mail = self._service("mail", [PYTHON, str(ROOT / "bench" / "mailbox.py"), str(mail), str(self.mails)])
        serve = [PYTHON, "-m", "gunicorn", "portal.wsgi", "-c", "python:portal.gunicorn", "-w", "2"]
        serve += ["--threads", str(threads), "-b", f"127.0.0.1:{self.port}"]
        self.web = self._service("web", serve)
        self.clock = self._service("clock", [PYTHON, "manage.py", "run_due", "--loop", "--every", "1"])
        self.tasks = self._service("tasks", [PYTHON, "manage.py", "db_worker"])

    def _service(self, name: str, command: list[str]) -> Service:
        return Service(name, command, self.folder / f"{name}.log", self.env)

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run a command of the portal with these settings. Raises SystemExit with its words where it fails."""
        outcome = subprocess.run(  # noqa: S603
            [PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        if check and outcome.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {outcome.stderr[-2000:]}")
        return outcome

    def fill(self, filled: Path | None = None, *, durable: bool = True) -> None:
        """Database, Redis and mail server on, the demo in it, stylesheets laid out.

        ``filled`` is a folder that keeps all this: made the first time, copied after that. Throw it away after a change of the demo.
        """
        self.redis.start()
        self.mail.start()
        if filled and (filled / "postgres").exists():
            shutil.rmtree(self.folder / "postgres")
            self._copy(filled, self.folder)
        else:
            self._fill()
            if filled:
                filled.mkdir(parents=True, exist_ok=True)
                self._copy(self.folder, filled)
        self.postgres.start(durable=durable)
        # What was kept may be of yesterday's code.
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        # With owners, which shutil doesn't keep.
        parts = [str(source / name) for name in ("postgres", "media", "search") if (source / name).exists()]
        subprocess.run(["cp", "-a", *parts, str(target)], check=True)  # noqa: S603, S607

    def _fill(self) -> None:
        self.postgres.start(durable=False)
        self.manage("migrate", "--verbosity", "0")
        self.manage("seed_demo")
        self.postgres.stop()

    def serve(self) -> None:
        """The web workers, and wait until a page is served."""
        self.web.start()
        wait_until(self.is_served, f"A page (see {self.web.log})")

    def is_served(self) -> bool:
        """Whether the portal says that it can show pages."""
        try:
            with urllib.request.urlopen(f"{self.address}/health/ready/", timeout=5) as answer:  # noqa: S310
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def django(self) -> None:
        """Let this process read the same database."""
        import django

        os.environ.update(self.env)
        sys.path.insert(0, str(ROOT))
        django.setup()

    def revive(self) -> list[Service]:
        """Begin again what ended by itself, as whatever watches services does; returns what that was."""
        running = [one for one in (self.clock, self.tasks, self.web) if one.process is not None]
        dead = [service for service in running if service.process.poll() is not None]
        for service in dead:
            service.start()
        return dead

    def web_memory(self) -> list[float]:
        """Megabytes held by each web worker."""
        return [memory_of(pid) for pid in self.web.children()]

    def close(self) -> None:
        """Stop all that runs."""
        for service in (self.clock, self.tasks, self.web, self.mail, self.redis):
            service.stop()
        # Before the folder is thrown away; nothing in it is missed.
        self.postgres.kill()


def memory_of(pid: int) -> float:
    """Megabytes that a process holds, pages it shares with others by its part of them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def staged(*, keep: bool = False, **options) -> Iterator[Stage]:
    """A stage in a folder that is thrown away at the end, or named where it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    stage = None
    try:
        stage = Stage(folder, **options)
        yield stage
    finally:
        if stage is not None:
            stage.close()
        if keep:
            print(f"Kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
