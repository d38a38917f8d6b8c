"""A small real file system that can be filled to the brim, and disks that fail when asked."""

import ctypes
import os
import platform
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# The child forbids itself fsync and fdatasync through a seccomp filter, so that they fail with EIO as on a dying disk.
FAILING_FSYNC = """
import ctypes, errno, struct
def fail_every_fsync():
    numbers = {numbers}
    statement = lambda code, yes, no, value: struct.pack("HBBI", code, yes, no, value)
    program = statement(0x20, 0, 0, 0) + b"".join(
        statement(0x15, len(numbers) - place, 0, number) for place, number in enumerate(numbers)
    ) + statement(0x06, 0, 0, 0x7FFF0000) + statement(0x06, 0, 0, 0x00050000 | errno.EIO)
    kept = ctypes.create_string_buffer(program, len(program))
    filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.byref(filter)) == 0, ctypes.get_errno()
"""
SYSTEM_CALLS = {"x86_64": (74, 75), "aarch64": (82, 83)}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A mounted file system of four megabytes; skips where we may not mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=4m") != 0:
        pytest.skip(f"mounting a small disk needs root: {os.strerror(ctypes.get_errno())}")
    yield folder
    libc.umount2(bytes(folder), 2)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Takes the last byte of a disk; deleting the file it returns gives the room back."""

    def take(folder: Path) -> Path:
        ballast = folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue
        return ballast

    return take


@pytest.fixture
def run_with_failing_fsync() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs Python text in a child; it calls fail_every_fsync() when the disk shall begin to fail."""
    machine = platform.machine()
    if machine not in SYSTEM_CALLS or struct.calcsize("P") != 8:
        pytest.skip(f"system call numbers of {machine} are not written down here")

    def run(text: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
        source = FAILING_FSYNC.format(numbers=SYSTEM_CALLS[machine]) + text
        command = [sys.executable, "-c", source, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if "libc.prctl(22" in done.stderr:
            pytest.skip("this kernel does not let a process filter its own system calls")
        return done

    return run
