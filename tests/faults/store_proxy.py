"""A TCP proxy before the store: `python -m tests.faults.store_proxy LISTEN TARGET` (ports on 127.0.0.1).

SIGUSR1: the next answer of the store is lost and its connection cut, although the store has done the work.
SIGUSR2: nothing passes any more, and no connection is cut; a second SIGUSR2 ends that.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

CHUNK = 64 * 1024


class Proxy:
    def __init__(self, target: int) -> None:
        self.target, self.answers_to_lose = target, 0
        self.open = asyncio.Event()
        self.open.set()

    def lose_an_answer(self) -> None:
        self.answers_to_lose += 1

    def switch(self) -> None:
        if self.open.is_set():
            self.open.clear()
        else:
            self.open.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await self.open.wait()
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
            ways = [
                asyncio.create_task(self._copy(reader, up_writer, False)),
                asyncio.create_task(self._copy(up_reader, writer, True)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            up_writer.close()
        writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self.open.wait()
                if answers and self.answers_to_lose:
                    self.answers_to_lose -= 1
                    return
                writer.write(data)
                await writer.drain()


async def run(listen: int, target: int) -> None:
    proxy, loop = Proxy(target), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, proxy.lose_an_answer)
    loop.add_signal_handler(signal.SIGUSR2, proxy.switch)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", listen)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))
