// A server of WASI 0.3: what a connection brings goes back, for two of them at once.
import { getArguments } from 'wasi:cli/environment@0.3.0'
import { getStdout } from 'wasi:cli/stdout@0.2.12'
import { waitFor } from 'wasi:clocks/monotonic-clock@0.3.0'
import { TcpSocket } from 'wasi:sockets/types@0.3.0'

const say = (line) => getStdout().blockingWriteAndFlush(Uint8Array.from(`${line}\n`, (letter) => letter.charCodeAt(0)))

async function echo(socket) {
  const [stream, received] = socket.receive()
  await socket.send(stream).read()
  await received.read()
}

export const run = {
  async run() {
    const socket = TcpSocket.create('ipv4')
    socket.bind({ tag: 'ipv4', val: { port: Number(getArguments()[1]), address: [127, 0, 0, 1] } })
    const connections = socket.listen()
    await waitFor(1_000_000)
    say('ready')
    const echoes = []
    while (echoes.length < 2) {
      const next = await connections.read(1)
      for (const one of next) echoes.push(echo(one))
    }
    await Promise.all(echoes)
    say('served')
  },
}
