import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/**
 * Runs a program that takes a connection at a port, and does what it says at the other side of that and of its standard input,
 * which is a pipe: "connect", "send", "end", which it must say. There is a file hello.txt where it runs.
 * @returns the lines it prints, on both streams
 */
export async function follow(command: string[], env: NodeJS.ProcessEnv, port: number): Promise<string[]> {
  const cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-follow-'))
  writeFileSync(join(cwd, 'hello.txt'), 'Hello, file!\n')
  // A pipe of a shell: Node would make a socket.
  const child = spawn('sh', ['-c', 'cat | "$0" "$@"', ...command], { cwd, env, timeout: 60_000 })
  const errors = text(child.stderr)
  const lines: string[] = []
  let socket: Socket | undefined
  const actions: Record<string, () => void> = {
    connect: () =>
      (socket = connect({ port, host: '127.0.0.1' })
        .on('error', () => {})
        .resume()),
    send: () => {
      socket?.write('abc')
      setTimeout(() => child.stdin.write('words'), 50)
    },
    end: () => {
      child.stdin.end()
      setTimeout(() => socket?.end(), 50)
    },
  }
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    actions[line]?.()
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  rmSync(cwd, { recursive: true, force: true })
  return [...lines, ...(await errors).split('\n').filter((line) => line !== '')]
}
