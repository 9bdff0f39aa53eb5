"""Python without what another system lacks, for programs that a test starts: no proof of that system, but of what is
done where a module or a function is missing.

    environment(tmp_path, WINDOWS)    for `subprocess.run(wangqi("reindex", …), env=…)`
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from running import program_environment

WINDOWS: Final = '''
import errno, os, struct, subprocess, sys, types  # which takes a system that has msvcrt for Windows
import fcntl
import mmap
import signal


class Mapped(mmap.mmap):
    def __getattribute__(self, name):
        if name == "madvise":
            raise AttributeError(name)
        return super().__getattribute__(name)


def without(module, *names):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)


control, close, rename = fcntl.fcntl, os.close, os.rename
reopened = {}


def locking(descriptor, mode, size):
    """As on Windows: of the open file, whatever it was opened for, exclusively, and at once or not at all."""
    wanted = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, os.lseek(descriptor, 0, os.SEEK_CUR), size, 0)
    try:
        try:
            control(descriptor, fcntl.F_OFD_SETLK, wanted)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            if descriptor not in reopened:
                reopened[descriptor] = os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR)
            control(reopened[descriptor], fcntl.F_OFD_SETLK, wanted)
    except BlockingIOError as error:
        raise PermissionError(errno.EACCES, "locked") from error


def closing(descriptor):
    if descriptor in reopened:
        close(reopened.pop(descriptor))
    close(descriptor)


def renaming(source, target):
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "exists", str(target))
    rename(source, target)


msvcrt = types.ModuleType("msvcrt")
msvcrt.locking, msvcrt.LK_NBLCK = locking, 2
sys.modules["msvcrt"] = msvcrt
os.close, os.rename, mmap.mmap = closing, renaming, Mapped
os.supports_dir_fd = os.supports_fd = frozenset()
for name in ("fcntl", "resource", "pwd", "grp", "termios", "readline", "syslog"):
    sys.modules[name] = None
without(os, "fork", "forkpty", "pread", "pwrite", "sched_getaffinity", "posix_fallocate", "memfd_create")
without(os, "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "register_at_fork", "killpg")
without(signal, "SIGVTALRM", "SIGALRM", "SIGKILL", "SIGHUP", "setitimer", "ITIMER_VIRTUAL", "pthread_sigmask")
without(mmap, "MADV_DONTNEED")
'''

MACOS: Final = """
import os, select

for module, names in (
    (os, "sched_getaffinity posix_fallocate posix_fadvise memfd_create pipe2 fdatasync O_PATH copy_file_range"),
    (select, "epoll"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""


def environment(folder: Path, system: str) -> dict[str, str]:
    """For Python processes on that `system`, and those that they start; `folder` is for what makes it so."""
    place = folder / "system"
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(system, encoding="utf-8")  # which Python runs before anything else
    given = program_environment()
    return given | {"PYTHONPATH": f"{place}:{given['PYTHONPATH']}"}
