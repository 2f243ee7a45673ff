"""Processes that start with everything imported: each forked, fresh and alone, from one warm server.

Starting Python and importing pandas, statsmodels, matplotlib and Jupyter takes many times longer than a report's cells.
Here a server (multiprocessing's forkserver) imports them once; every report gets two new processes of it, one that
renders and one that is the kernel. Both end with their report, so no report sees anything of another. Where forking is
not safe (Windows, macOS) ordinary processes and kernels do the same work, with the same bytes, only slower.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from atpilots.files import CHECKOUT, AtpilotsError
from atpilots.workers.temporary import own_temporary_folder

# What the server imports before it forks: the one thing above that this room knows, and only by name. It is not handed
# down, because the processes that the server forks start kernels in the same way, and nobody could hand it to them.
# The first is what every report needs, one that is made here, too. Without loky's, no process starts for a program that
# has used joblib's own; the last is for pilots with groups.
PRELOADED = [
    "atpilots.publish.preload", "joblib.externals.loky.backend.context", "statsmodels.regression.linear_model",
]  # fmt: skip

PATIENCE = 10  # seconds for a process that was asked to end

_starting = threading.Lock()
_renderers: set[BaseProcess] = set()
_rendering = False  # whether this process renders: forked by the server to do so, or a program that makes one report
_spares: list[Kernel] = []  # in such a process: its kernels, forked while it has one thread and no event loop


class StoppedError(AtpilotsError):
    """A process of the batch ended before it had answered."""


def available() -> bool:
    """Whether processes can be forked here: macOS's own libraries do not survive it, Windows has no such thing, and
    Python does not allow it to processes that it runs as daemons.
    """
    forks = sys.platform == "linux" and not multiprocessing.current_process().daemon
    return forks and (_rendering or own_temporary_folder() is not None)


class Kernel:
    """A process that waits to be told which kernel to be; it has what jupyter_client asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, context: BaseContext) -> None:
        theirs, self._orders = context.Pipe(duplex=False)
        self._process = _started(context, _be_kernel, theirs, self._orders, daemon=True)
        theirs.close()
        self.pid = self._process.pid

    def serve(self, arguments: list[str], folder: str, environment: Mapping[str, str]) -> None:
        """Start ipykernel with these arguments."""
        self._orders.send((arguments, folder, dict(environment)))

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return _exit_code(self._process, 0)

    def wait(self) -> int | None:
        """The exit code, as soon as it has ended."""
        code = _exit_code(self._process)
        self._orders.close()
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


def fork_kernels(number: int = 1) -> None:
    """In a process that renders, fork its kernels now, one a page, with all that was worked out so far; unless it has
    some that wait.
    """
    if _rendering and not _spares:
        with _interrupted_afterwards():
            _spares.extend(Kernel(multiprocessing.get_context("fork")) for _ in range(number))
        threading.Thread(target=_end_with_parent, daemon=True).start()


def new_kernel() -> Kernel:
    """The kernel of this process's next page: one forked beforehand, else one from the server."""
    return _spares.pop() if _spares else Kernel(_server())


def begin() -> None:
    """Start the server already, so that it imports while this process does other things."""
    if available():
        from multiprocessing import forkserver

        _server()
        with _starting, _without_main_module(), environment(**_servers_own()), _without_interrupts():
            forkserver.ensure_running()


def run(function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function, importable by name, in a new process of the server, and wait for what it returns.

    Raises what it raises; StoppedError where its process ended without an answer.
    """
    if not available():
        return function(*arguments)
    answers, theirs = multiprocessing.Pipe(duplex=False)
    temporary = {"TMPDIR": str(own_temporary_folder())}
    process = _started(_server(), _answer, theirs, dict(os.environ) | temporary, function, arguments)
    _renderers.add(process)
    theirs.close()
    try:
        succeeded, answer = answers.recv()
        _exit_code(process, PATIENCE)
    except EOFError:
        raise StoppedError(f"its process ended early (exit code {_exit_code(process)})") from None
    finally:
        answers.close()
        _interrupt(process)
        _renderers.discard(process)
    if not succeeded:
        raise answer
    return answer


def can_render_here() -> bool:
    """Whether this program may render itself: kernels are forked from it, which other threads would not survive."""
    return available() and threading.active_count() == 1


def run_here(function: Callable[..., Any], *arguments: object) -> Any:
    """Call a function in this very process, where one report is all that is to do: nothing is imported twice then."""
    global _rendering
    importlib.import_module(PRELOADED[0])
    folder, before = str(own_temporary_folder()), tempfile.tempdir
    with environment(TMPDIR=folder):
        tempfile.tempdir, _rendering = folder, True
        try:
            return function(*arguments)
        finally:
            tempfile.tempdir, _rendering = before, False


def stop() -> None:
    """End every process that is still rendering, as Ctrl-C would; when this returns, none is left."""
    for process in tuple(_renderers):
        _interrupt(process)


def _interrupt(process: BaseProcess) -> None:
    """Ask it to clean up and end; where it will not, end it."""
    if _exit_code(process, 0) is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid or 0, signal.SIGINT)
        if _exit_code(process, PATIENCE) is None:
            process.kill()
            _exit_code(process)


def _exit_code(process: BaseProcess, patience: float | None = None) -> int | None:
    """The exit code, None where it still runs after so many seconds.

    The server tells it once, down a pipe, and starting a process reads the codes of all that have ended. Two threads
    that read at once would get it and nothing; so nobody reads while another may.
    """
    wait([process.sentinel], patience)
    with _starting:
        return process.exitcode


def _server() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _started(context: Any, target: Callable[..., None], *arguments: object, daemon: bool = False) -> BaseProcess:
    process: BaseProcess = context.Process(target=target, args=arguments, daemon=daemon)
    with _starting, _without_main_module(), environment(**_servers_own()), _without_interrupts():
        process.start()
    return process


def this_package() -> dict[str, str]:
    """Variables under which a new Python imports this very checkout, whichever other copy it would find first."""
    if CHECKOUT is None:
        return {}  # installed, so it is the one that is found
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))}


def _servers_own() -> dict[str, str]:
    """A file in the working folder that is called like a module must not be imported by the server."""
    return this_package() | {"PYTHONSAFEPATH": "1"}


@contextlib.contextmanager
def _without_main_module() -> Iterator[None]:
    """Nothing of ours lives in the program that runs; multiprocessing would run it again in every new process."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C is for the program that runs: a server that is still importing would answer it with a traceback."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # first: as it starts it unblocks the signal, for the server started next too
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Variables of the environment for a while; then they are as they were."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _answer(
    answers: Connection, environment: Mapping[str, str], function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    global _rendering
    _rendering = True
    signal.signal(signal.SIGINT, _interrupted)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        os.environ.clear()
        os.environ.update(environment)
        try:
            answer = (True, function(*arguments))
        except Exception as error:  # the caller's to judge
            answer = (False, error)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done is told
        with contextlib.suppress(BrokenPipeError):
            answers.send(answer)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _interrupted(*_: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # once: the terminal and the program that runs may both ask
    sys.unraisablehook = lambda _: None  # what is cut off halfway, an event loop say, complains as it is thrown away
    raise KeyboardInterrupt


@contextlib.contextmanager
def _interrupted_afterwards() -> Iterator[None]:
    """Keep a Ctrl-C until the end: Python throws away what is raised in the hooks that it runs around a fork."""
    kept = list[int]()
    before = signal.signal(signal.SIGINT, lambda number, _: kept.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if kept:
        signal.raise_signal(signal.SIGINT)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGINT)


def _be_kernel(orders: Connection, managers_end: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until ipykernel hears it, while a cell runs
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    managers_end.close()  # else the pipe would never end with the manager
    gc.freeze()  # what the report has worked out stays, too
    os.setsid()  # Ctrl-C is for the process that renders; it ends its kernel
    try:
        arguments, folder, environment = orders.recv()
    except EOFError:
        return
    threading.Thread(target=_end_with_manager, args=(orders,), daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _end_with_manager(orders: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        orders.recv()
    os._exit(1)
