"""Takes from the process that cleans files all that a decoder does not need, for the rest of its life.

First import and use everything (media/warm_up.py), then lock: afterwards no module can be loaded. The layers, outermost
last; a decoder that was taken over would have to get through all that its system has:

- limits: no file may grow, no new descriptor, no new process; processor time and memory. Every system has them;
- Landlock (Linux 5.13): no path can be opened, listed, run, made or removed;
- another user, if this one is root: it may not signal a process of ours, nor read its /proc/<pid>/environ;
- seccomp (Linux with libseccomp): only the system calls that decoding needs; each other one answers EPERM.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Any

Step = Callable[[], None]


class Mode(StrEnum):
    """REQUIRED: no file is cleaned unless all layers hold. BEST: those that this system has. OFF: limits alone."""

    REQUIRED = "required"
    BEST = "best"
    OFF = "off"


class Unavailable(Exception):
    """This system does not have the layer. The text names it and says what is missing."""


#: The user that owns nothing, on Linux and macOS alike.
NOBODY = 65534
PROT_EXEC = 4
#: What Python and Pillow's decoders call once everything is imported and the pipes are open.
NEEDED_CALLS = (
    "read", "write", "close", "lseek", "fstat", "brk", "munmap", "mremap", "madvise", "futex", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sched_yield", "clock_gettime", "getrandom", "exit", "exit_group",
)  # fmt: skip
#: Needed as well, but not for memory that can be run as code.
MEMORY_CALLS = ("mmap", "mprotect")


def limit(cpu: int, memory: int) -> None:
    """Processor time in seconds, address space in bytes."""
    _limit({resource.RLIMIT_CPU: cpu, resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0})


def lock(mode: Mode) -> list[str]:
    """Returns what is missing, a sentence each. Raises Unavailable for the first of them if `mode` is REQUIRED.

    All layers are prepared before the first one holds, because that loads libraries.
    """
    missing: list[str] = []
    layers = () if mode is Mode.OFF else (_prepare_landlock, _prepare_seccomp)
    landlock, seccomp = [_try(layer, mode, missing) for layer in layers] or (None, None)
    for step in (landlock, None if mode is Mode.OFF else _become_nobody, _forbid_new, seccomp):
        if step:
            _try(step, mode, missing)
    return missing


def _try(step: Callable[[], Any], mode: Mode, missing: list[str]) -> Any:
    try:
        return step()
    except Unavailable as reason:
        if mode is Mode.REQUIRED:
            raise
        missing.append(str(reason))
        return None


def _prepare_landlock() -> Step:
    if sys.platform != "linux":
        raise Unavailable("Landlock: only Linux has it")
    from landlock import LandlockError, Ruleset

    try:
        apply: Step = Ruleset().apply
    except (OSError, LandlockError) as error:
        raise Unavailable(f"Landlock: Linux has it from 5.13 on, unless it is switched off ({_code(error)})") from None
    return apply


def _prepare_seccomp() -> Step:
    if sys.platform != "linux":
        raise Unavailable("seccomp: only Linux has it")
    try:
        import pyseccomp
    except (RuntimeError, OSError):
        raise Unavailable("seccomp: the library libseccomp is not installed (Debian: libseccomp2)") from None
    calls = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in NEEDED_CALLS:
        calls.add_rule(pyseccomp.ALLOW, name)
    for name in MEMORY_CALLS:
        calls.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(2, pyseccomp.MASKED_EQ, PROT_EXEC, 0))

    def hold() -> None:
        try:
            calls.load()
        except OSError as error:
            raise Unavailable(f"seccomp: the kernel refuses it ({_code(error)})") from None

    return hold


def _become_nobody() -> None:
    if os.geteuid() != 0:
        return
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except OSError as error:
        raise Unavailable(f"another user: root cannot become user {NOBODY} here ({_code(error)})") from None


def _forbid_new() -> None:
    """What is open stays usable. Landlock leaves a descriptor open."""
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _limit({resource.RLIMIT_NOFILE: 0, resource.RLIMIT_NPROC: 0})


def _limit(limits: dict[int, int]) -> None:
    for resource_type, most in limits.items():
        resource.setrlimit(resource_type, (most, most))


def _code(error: Exception) -> str:
    return errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
