// A server on npm's ws for the interoperation tests: says `listening PORT`, takes one connection at
// a time, sends each message of its list, and expects it back. The path is the mode: /plain, /deflate
// or /small-window; /closes waits to be closed. Ends each with 1000, or with 4000 and what was wrong.
'use strict';
const WebSocket = require('ws');

const deflate = {
    '/plain': false,
    '/deflate': {threshold: 0},
    '/no-takeover': {threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true},
    '/small-window': {threshold: 0, serverMaxWindowBits: 10, clientMaxWindowBits: 10},
    '/closes': false,
};
const long = JSON.stringify({type: 'metrics', values: Array.from({length: 30000}, (_, i) => i)});
const bytes = Buffer.from(Array.from({length: 100000}, (_, i) => (i * 7919) % 256));
const messages = ['hello', '', 'grüße 👍', long, long, bytes, Buffer.alloc(0), Buffer.from([0, 255]), '{"a":1}'];

function converse(socket) {
    let next = 0;
    let pongs = 0;
    const fail = (why) => socket.close(4000, why.slice(0, 120));
    const say = () => {
        if (next === messages.length) return fragments();
        socket.ping(String(next));
        socket.send(messages[next]);
    };
    const fragments = () => {
        socket.send('one ', {fin: false});
        socket.ping('between');
        socket.send('two ', {fin: false});
        socket.send('three', {fin: true});
    };
    socket.on('pong', () => { ++pongs; });
    socket.on('message', (data, binary) => {
        const sent = next < messages.length ? messages[next] : 'one two three';
        if (binary !== (typeof sent !== 'string')) return fail(`message ${next}: the opcode is another`);
        if (Buffer.compare(data, Buffer.from(sent)) !== 0) return fail(`message ${next}: the bytes are others`);
        if (next++ === messages.length)
            return pongs === messages.length + 1 ? socket.close(1000, 'all came back') : fail(`${pongs} pongs`);
        say();
    });
    say();
}

const http = require('http').createServer();
const servers = {};
for (const path of Object.keys(deflate)) {
    servers[path] = new WebSocket.Server({noServer: true, perMessageDeflate: deflate[path]});
    if (path !== '/closes') servers[path].on('connection', converse);
    servers[path].on('connection', (socket) => socket.on('close', (code, reason) => console.log(`closed ${code} ${reason}`)));
}
http.on('upgrade', (request, socket, head) => {
    const server = servers[request.url];
    if (!server) return socket.destroy();
    server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened));
});
http.listen(0, '127.0.0.1', () => console.log(`listening ${http.address().port}`));
