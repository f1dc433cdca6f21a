"""The workers of a dask cluster, on this machine or on many, that share one computation.

What all chunks need is sent once; chunks go out a few a thread, so that neither the scheduler nor
this process ever holds a whole survey. A chunk whose worker dies is done by another worker.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self, TypeVar

from moosegui import __version__
from moosegui.errors import InputError, MooseError
from moosegui.files.closing import Closing

LOCAL = "local:"
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 5.0  # for what is only tidy
POLL_SECONDS = 1.0  # between looks at a scheduler from which nothing comes
CHUNKS_A_THREAD = 3  # one that is computed, and others that wait beside it
MAX_SENT_AGAIN = 3  # times that a chunk goes out whose cluster lost what it needs

Chunk = TypeVar("Chunk")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


@dataclass(eq=False)
class _Sent:
    """A chunk on its way."""

    number: int
    chunk: Any
    n_times: int = 1
    future: Any = field(default=None, repr=False)


class Pool(Closing):
    """A connection to a cluster; make it with `Pool.open`, in a `with` statement."""

    def __init__(self, client: Any, address: str, cluster: Any = None) -> None:
        self._client, self._address, self._cluster = client, address, cluster
        self._scheduler = self._identity()

    @classmethod
    def open(cls, where: str) -> Self:
        """Connect to a scheduler, or start workers on this machine.

        Parameters
        ----------
        where : str
            The address of a scheduler (`tcp://host:8786`), the file in which it wrote its address
            (`FILE.json`), or `local:N` for N processes of this machine.

        Raises
        ------
        MooseError
            If dask.distributed is not installed, no scheduler answers, or a worker has another
            version.
        """
        if importlib.util.find_spec("distributed") is None:
            raise MooseError(
                "dask.distributed is not installed, which --scheduler needs; install it with "
                '`pip install "moosegui[distributed]"`, or leave out --scheduler.'
            )
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # sentences tell what matters
        pool = cls._local(where) if where.startswith(LOCAL) else cls._connected(where)
        try:
            pool.check_versions()
        except BaseException:
            pool.close()
            raise
        return pool

    @classmethod
    def _local(cls, where: str) -> Self:
        from distributed import Client, LocalCluster

        number = where.removeprefix(LOCAL)
        if not number.isdecimal() or int(number) < 1:
            raise InputError(f"{where} names no number of processes; --scheduler local:4 has four.")
        cluster = LocalCluster(
            n_workers=int(number),
            threads_per_worker=1,
            dashboard_address=":0",
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
        return cls(Client(cluster, set_as_default=False), where, cluster)

    @classmethod
    def _connected(cls, where: str) -> Self:
        from distributed import Client

        is_file = where.endswith(".json")
        if is_file and not Path(where).is_file():
            raise InputError(
                f"There is no file {where}; `dask scheduler` writes its address there."
            )
        how = {"scheduler_file": where} if is_file else {"address": where}
        try:
            client = Client(**how, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, ImportError) as error:
            raise MooseError(
                f"No scheduler answers at {where} ({str(error) or type(error).__name__}); start "
                "one with `dask scheduler`, and give the address that it prints."
            ) from error
        return cls(client, where)

    @property
    def n_threads(self) -> int:
        """Threads of all workers that are there now, at least 1."""
        return max(1, self._count())

    @property
    def has_workers(self) -> bool:
        """Whether a worker is there now; a computation waits for the first."""
        return self._count() > 0

    def check_versions(self) -> None:
        """Refuse a cluster of which a worker has another version than this.

        Raises
        ------
        MooseError
        """
        found = self._client.run(version_here, on_error="return")
        for worker, version in sorted(found.items()):
            if version != __version__:
                known = version if isinstance(version, str) else ""
                raise MooseError(other_version(worker, known))

    def everywhere(self, work: Callable[[], object]) -> None:
        """Call a function of a module on every worker that is there.

        What goes wrong is nothing, and a cluster that does not answer is not waited for.
        """

        def call() -> None:
            with suppress(Exception):  # workers come and go
                self._client.run(work, on_error="ignore")

        if self._client.status == "running":
            thread = Thread(target=call, daemon=True)
            thread.start()
            thread.join(ANSWER_SECONDS)

    def results(
        self, work: Callable[[Shared, Chunk], Result], shared: Shared, chunks: Iterable[Chunk]
    ) -> Iterator[Result]:
        """Do every chunk on some worker and yield what it returns, in the order of completion.

        Parameters
        ----------
        work : callable
            A function of a module: `work(shared, chunk)`.
        shared : object
            What every chunk needs; sent to each worker once.
        chunks : iterable
            Sent a few at a time.

        Yields
        ------
        object

        Raises
        ------
        MooseError
            If a worker refuses, the scheduler goes away, or a chunk ends several workers.
        """
        todo, finished = iter(enumerate(chunks)), SimpleQueue[_Sent]()
        held = self._scattered(shared)
        pending: set[_Sent] = set()
        while True:
            while len(pending) < CHUNKS_A_THREAD * self.n_threads:
                if (item := next(todo, None)) is None:
                    break
                sent = _Sent(*item)
                self._send(sent, (work, held), finished)
                pending.add(sent)
            if not pending:
                return
            try:
                sent = finished.get(timeout=POLL_SECONDS)
            except Empty:
                self._check_scheduler()
                continue
            try:
                result = self._result(sent)
            except CancelledError:  # it, or what it needs, lay on a worker that died
                held = self._again(sent, (work, shared, held), finished)
                continue
            pending.discard(sent)
            yield result

    def close(self) -> None:
        """Let the cluster go; workers of this process end."""
        self._client.close(timeout=CONNECT_SECONDS)
        if self._cluster is not None:
            self._cluster.close(timeout=CONNECT_SECONDS)

    def _scattered(self, shared: object) -> Any:
        try:
            self._client.wait_for_workers(1)
            return self._client.scatter(shared, broadcast=True, hash=False)
        except (OSError, TimeoutError) as error:
            raise MooseError(self._gone()) from error

    def _send(self, sent: _Sent, call: tuple[Any, Any], finished: SimpleQueue[_Sent]) -> None:
        work, held = call
        sent.future = self._client.submit(work, held, sent.chunk, pure=False)
        sent.future.add_done_callback(lambda _future: finished.put(sent))

    def _again(self, sent: _Sent, call: tuple[Any, Any, Any], finished: SimpleQueue[_Sent]) -> Any:
        """Send a chunk once more whose workers died with all that it needs; return that."""
        work, shared, held = call
        self._check_scheduler()
        if sent.n_times > MAX_SENT_AGAIN:
            raise MooseError(self._ended(sent))
        if held.status != "finished":
            held = self._scattered(shared)
        sent.n_times += 1
        self._send(sent, (work, held), finished)
        return held

    def _result(self, sent: _Sent) -> Any:
        from distributed import KilledWorker

        try:
            return sent.future.result()
        except KilledWorker as error:
            raise MooseError(self._ended(sent)) from error
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] != "moosegui":
                raise
            raise MooseError(other_version(f"of {self._address}", "")) from error

    def _ended(self, sent: _Sent) -> str:
        return (
            f"{sent.chunk} ended every worker of {self._address} that took it up; their logs say "
            "why (memory, mostly). What was done is kept; the same command with --resume goes on."
        )

    def _check_scheduler(self) -> None:
        if self._client.status == "running" and self._identity() == self._scheduler:
            return
        raise MooseError(self._gone())

    def _gone(self) -> str:
        return (
            f"The scheduler {self._address} went away or was started anew; what was done is kept. "
            "Start it and its workers, and the same command with --resume goes on."
        )

    def _count(self) -> int:
        try:
            return sum(map(int, self._client.nthreads().values()))
        except OSError:  # the next look at the scheduler tells
            return 0

    def _identity(self) -> str:
        """Return the identity of the scheduler that answers; empty where none does."""
        try:
            return str(self._client.sync(self._client.scheduler.identity)["id"])
        except (OSError, TimeoutError, ValueError, AttributeError):
            return ""


def version_here() -> str:
    """Return the version of the process in which this is called."""
    return __version__


def other_version(worker: str, version: str, wanted: str = __version__) -> str:
    """Return the sentence by which a worker is refused."""
    has = f"moosegui {version}" if version else "no moosegui that knows --scheduler"
    return (
        f"The worker {worker} has {has}, this is moosegui {wanted}: results would differ. "
        "Install the same version there, or stop that worker."
    )
