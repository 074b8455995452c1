"""Takes what Python has on Unix alone away from our own modules, and runs one of them.

`python tests/unlike_unix.py qareport ...` is `qareport ...` on a Python without Unix modules,
functions and signals. Libraries keep them, since they ask for the name of the system first.
"""

import builtins
import os
import runpy
import select
import signal
import sys
from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from types import ModuleType

OURS = ("qareport", "trainer", "__main__")
MODULES = frozenset(
    {"fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
)
SIGNALS = frozenset({"SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2"})
NAMES: Mapping[ModuleType, frozenset[str]] = {
    os: frozenset({"O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "WNOHANG", "chown"})
    | {"fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getloadavg"}
    | {"getpgid", "getuid", "killpg", "lchown", "mkfifo", "mknod", "nice", "openpty", "pathconf"}
    | {"sched_getaffinity", "setsid", "statvfs", "sync", "sysconf", "sysconf_names", "uname"},
    signal: SIGNALS | {"alarm", "pthread_sigmask", "setitimer", "sigwait"},
    select: frozenset({"epoll", "poll"}),
}
"""What modules lack on Windows."""


def take_away() -> None:
    """Has all of this be missing in modules of ours that are imported from now on."""
    import_any = builtins.__import__
    lesser = {module.__name__: _without(module, names) for module, names in NAMES.items()}

    def import_lesser(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own name
        locals: Mapping[str, object] | None = None,  # noqa: A002 - likewise
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        importer = str((globals or {}).get("__name__"))
        if importer.partition(".")[0] in OURS:
            if name in MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in lesser:
                return lesser[name]
        return import_any(name, globals, locals, fromlist or (), level)

    builtins.__import__ = import_lesser


def _without(module: ModuleType, names: frozenset[str]) -> ModuleType:
    lesser = ModuleType(module.__name__)
    kept = {name: value for name, value in vars(module).items() if name not in names}
    if module is signal:
        numbers = {each.name: each.value for each in signal.Signals if each.name not in names}
        kept["Signals"] = IntEnum("Signals", numbers)
    vars(lesser).update(kept)
    return lesser


if __name__ == "__main__":
    take_away()
    sys.argv = sys.argv[1:]
    sys.path.insert(0, str(Path.cwd()))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
