/** A DNS server for tests: it answers what it is told to, lies included. */
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv4 } from 'node:net'

export interface Answer {
  a?: string[]
  aaaa?: string[]
  /** Comes first; the addresses are then of this name. */
  cname?: string
  code?: number
  silent?: boolean
  /** Datagrams hold no record. */
  truncated?: boolean
  lie?: Lie
  /** A lie that is sent before the answer. */
  before?: Lie
}

export type Lie = 'number' | 'question' | 'circle' | 'short' | 'length' | 'count'

export interface Names {
  answers(name: string, answer: Answer): void
  /** Names that were asked for. */
  asked: string[]
  reset(): void
  close(): void
}

const TYPES = { A: 1, CNAME: 5, AAAA: 28 }

const encode = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ])

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const tail = /[^:]*\.[^:]*$/.exec(address)?.[0]
  const quads =
    tail === undefined
      ? undefined
      : bytesOf(tail)
          .toString('hex')
          .replace(/(....)(....)/, '$1:$2')
  const [before, after] = address.replace(tail ?? '\0', quads ?? '').split('::')
  const groups = (part?: string) => (part ? part.split(':') : [])
  const zeros = Array<string>(8 - groups(before).length - groups(after).length).fill('0')
  const all = after === undefined ? groups(before) : [...groups(before), ...zeros, ...groups(after)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function record(name: Buffer, type: number, data: Buffer, size = data.length): Buffer {
  const head = Buffer.alloc(10)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt32BE(60, 4)
  head.writeUInt16BE(size, 8)
  return Buffer.concat([name, head, data])
}

function reply(query: Buffer, answer: Answer, overTcp: boolean, lie = answer.lie): Buffer {
  const end = query.indexOf(0, 12) + 5
  const type = query.readUInt16BE(end - 4)
  const head = Buffer.from(query.subarray(0, 12))
  const question = Buffer.from(query.subarray(12, end))
  const truncated = answer.truncated === true && !overTcp
  const addresses = truncated ? [] : ((type === TYPES.A ? answer.a : answer.aaaa) ?? [])
  const alias = answer.cname === undefined ? undefined : encode(answer.cname)
  const self = Buffer.from([0xc0, 12])
  const records = addresses.map((address) => {
    const data = bytesOf(address)
    return record(alias ?? self, type, data, lie === 'length' ? 60000 : data.length)
  })
  if (alias) records.unshift(record(self, TYPES.CNAME, alias))
  // Two names that lead to each other, and one that leads to itself.
  if (lie === 'circle')
    records.unshift(record(Buffer.from([0xc0, end]), TYPES.CNAME, Buffer.from([0xc0, end + 12, 0xc0, end])))
  head.writeUInt16BE(0x8180 | (truncated ? 0x200 : 0) | (answer.code ?? 0), 2)
  head.writeUInt16BE(lie === 'count' ? 65535 : records.length, 6)
  if (lie === 'number') head[0] ^= 1
  if (lie === 'question') question[1] ^= 1
  const whole = Buffer.concat([head, question, ...records])
  return lie === 'short' ? whole.subarray(0, 11) : whole
}

export async function startNames(address: string): Promise<Names> {
  const table = new Map<string, Answer>()
  const asked: string[] = []
  const answerTo = (query: Buffer): Answer => {
    const labels: string[] = []
    for (let at = 12; query[at] > 0; at += query[at] + 1)
      labels.push(query.toString('latin1', at + 1, at + 1 + query[at]))
    asked.push(labels.join('.'))
    return table.get(labels.join('.')) ?? { code: 3 }
  }
  const udp = createSocket('udp4').bind(53, address)
  udp.on('message', (query: Buffer, { port, address: from }: RemoteInfo) => {
    const answer = answerTo(query)
    if (answer.silent) return
    if (answer.before) udp.send(reply(query, answer, false, answer.before), port, from)
    udp.send(reply(query, answer, false), port, from)
  })
  const tcp = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data: Buffer) => {
      if (data.length <= 2) return
      const query = data.subarray(data.readUInt16BE(0) === data.length - 2 ? 2 : 0)
      const whole = reply(query, answerTo(query), true)
      socket.end(Buffer.concat([Buffer.from([whole.length >> 8, whole.length & 255]), whole]))
    })
  }).listen(53, address)
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
  return {
    answers: (name, answer) => void table.set(name, answer),
    asked,
    reset() {
      table.clear()
      asked.length = 0
    },
    close() {
      udp.close()
      tcp.close()
    },
  }
}
