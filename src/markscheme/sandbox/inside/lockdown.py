"""What a worker gives up for good before it runs a stranger's program. Runs inside the sandbox, on Linux."""

import ctypes
import os
import resource
import struct
from math import ceil
from time import process_time

_NO_NEW_PRIVILEGES, _SET_FILTER, _MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_FROM, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of classic BPF, 32 bits wide
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_AND = 0x54
_EPERM, _ENOMEM, _ENOSYS = 1, 12, 38
_USED = 256 << 20  # bytes of address space that Python itself takes, at most
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT, _FOURTH_ARGUMENT = (
    0, 4, 16, 24, 40,  # offsets in seccomp_data; of arguments the low halves
)  # fmt: skip
_SHARED_MEMORY = 0x21  # MAP_SHARED and MAP_ANONYMOUS: what RLIMIT_DATA does not count
_THREAD = 0x00010000  # CLONE_THREAD
_LOCKS_AND_PIPES = (6, 7, 37, 38, 1024, 1026, 1031)  # of fcntl: locks of ranges, leases, notices, larger pipes
_LATEST = 441  # what newer kernels have from here on, libraries do without

# Numbers of system calls: no new processes or programs, no looking into others, no network, no mounts, no keys, no
# memory that the limits do not count: the kernel's own for shared memory, queues, watches, attributes, devices.
_CALLS = {
    "x86_64": (
        0xC000003E,
        {"clone": 56, "clone3": 435, "fcntl": 72, "mmap": 9},
        (57, 58, 59, 322, 101, 310, 311, 41, 53, 165, 166, 155, 161, 272, 308, 425, 426, 427, 321, 298, 323, 248, 249,
         250, 246, 169, 175, 313, 176, 167, 168, 317, 319, 29, 64, 68, 240, 428, 429, 430, 431, 432, 433, 434, 424,
         438, 440, 133, 259, 188, 189, 190, 206, 253, 254, 294, 300, 154),
    ),
    "aarch64": (
        0xC00000B7,
        {"clone": 220, "clone3": 435, "fcntl": 25, "mmap": 222},
        (221, 281, 117, 270, 271, 198, 199, 40, 39, 41, 51, 97, 268, 425, 426, 427, 280, 241, 282, 217, 218, 219, 104,
         142, 105, 273, 106, 224, 225, 277, 279, 194, 190, 186, 180, 428, 429, 430, 431, 432, 433, 434, 424, 438, 440,
         33, 5, 6, 7, 0, 26, 27, 262),
    ),
}  # fmt: skip


def _instruction(code: int, jump_true: int, jump_false: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, jump_true, jump_false, value)


def seccomp_filter(machine: str) -> bytes:
    """The filter as instructions of classic BPF: what is refused fails with an error, and the program goes on."""
    architecture, special, refused = _CALLS[machine]
    program = [
        _instruction(_LOAD, 0, 0, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, 1, 0, architecture),
        _instruction(_RETURN, 0, 0, _REFUSE | _EPERM),
        _instruction(_LOAD, 0, 0, _NUMBER),
        _instruction(_JUMP_EQUAL, 0, 1, special["clone3"]),  # the C library then asks for clone
        _instruction(_RETURN, 0, 0, _REFUSE | _ENOSYS),
    ]
    if machine == "x86_64":  # the numbers of x32 are others
        program += [_instruction(_JUMP_FROM, 0, 1, 0x40000000), _instruction(_RETURN, 0, 0, _REFUSE | _EPERM)]
    program += [_instruction(_JUMP_FROM, 0, 1, _LATEST), _instruction(_RETURN, 0, 0, _REFUSE | _ENOSYS)]
    for number in refused:
        program += [_instruction(_JUMP_EQUAL, 0, 1, number), _instruction(_RETURN, 0, 0, _REFUSE | _EPERM)]
    program += [
        _instruction(_JUMP_EQUAL, 0, 5, special["mmap"]),
        _instruction(_LOAD, 0, 0, _FOURTH_ARGUMENT),
        _instruction(_AND, 0, 0, _SHARED_MEMORY),
        _instruction(_JUMP_EQUAL, 0, 1, _SHARED_MEMORY),
        _instruction(_RETURN, 0, 0, _REFUSE | _ENOMEM),
        _instruction(_RETURN, 0, 0, _ALLOW),
    ]
    commands = len(_LOCKS_AND_PIPES)
    program += [
        _instruction(_JUMP_EQUAL, 0, commands + 3, special["fcntl"]),
        _instruction(_LOAD, 0, 0, _SECOND_ARGUMENT),
        *[_instruction(_JUMP_EQUAL, commands - at, 0, it) for at, it in enumerate(_LOCKS_AND_PIPES)],
        _instruction(_RETURN, 0, 0, _ALLOW),
        _instruction(_RETURN, 0, 0, _REFUSE | _EPERM),
        _instruction(_JUMP_EQUAL, 0, 3, special["clone"]),
        _instruction(_LOAD, 0, 0, _FIRST_ARGUMENT),
        _instruction(_JUMP_SET, 1, 0, _THREAD),
        _instruction(_RETURN, 0, 0, _REFUSE | _EPERM),
        _instruction(_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(program)


def refuse_system_calls() -> None:
    """Install the filter for this process and all its threads. Raises `OSError` where it cannot be."""
    library = ctypes.CDLL(None, use_errno=True)
    code = seccomp_filter(os.uname().machine)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]

    program = Program(len(code) // 8, ctypes.addressof(buffer))
    for arguments in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_FILTER, _MODE_FILTER, ctypes.byref(program), 0, 0)):
        if library.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def set_limits(cpu_seconds: int, memory: int, libraries: int, file_size: int, files: int) -> None:
    """Bound what the process may use from now on: CPU time in seconds, memory and a file's size in bytes, open files.

    `libraries` are bytes of address space that hold no memory of the process's own.
    """
    used = _USED + memory
    for what, limit in (
        (resource.RLIMIT_CPU, cpu_seconds + ceil(process_time())),
        (resource.RLIMIT_AS, used + libraries),
        (resource.RLIMIT_DATA, used),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 64),
    ):
        resource.setrlimit(what, (limit, limit))
