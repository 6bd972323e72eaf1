"""A server on Python's websockets for the interoperation tests; what ws_server.js does."""
import asyncio
import json

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

LONG = json.dumps({"type": "metrics", "values": list(range(30000))})
BYTES = bytes(i * 7919 % 256 for i in range(100000))
MESSAGES = ["hello", "", "grüße 👍", LONG, LONG, BYTES, b"", b"\x00\xff", '{"a":1}']


async def converse(socket):
    for number, sent in enumerate(MESSAGES):
        pong = await socket.ping(str(number))
        await socket.send(sent)
        if await socket.recv() != sent:
            return await socket.close(4000, f"message {number} came back as another")
        await pong
    await socket.send(["one ", "two ", "three"])
    if await socket.recv() != "one two three":
        return await socket.close(4000, "the fragments came back as another message")
    await socket.close(1000, "all came back")


async def handler(socket, path=None):
    if socket.path != "/closes":
        await converse(socket)
    await socket.wait_closed()
    print("closed", socket.close_code, socket.close_reason, flush=True)


def factory(**options):
    return [ServerPerMessageDeflateFactory(**options)]


async def main():
    # One server a way of compressing: the library settles it before it knows the path.
    ways = {
        "plain": None,
        "deflate": factory(),
        "no-takeover": factory(server_no_context_takeover=True, client_no_context_takeover=True),
        "small-window": factory(server_max_window_bits=10, client_max_window_bits=10),
    }
    ports = []
    for name, extensions in ways.items():
        server = await websockets.serve(
            handler, "127.0.0.1", 0, compression=None, extensions=extensions, ping_interval=None
        )
        ports.append(f"{name}={server.sockets[0].getsockname()[1]}")
    print("listening", *ports, flush=True)
    await asyncio.Future()


asyncio.run(main())
