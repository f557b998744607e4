/**
 * What must not outlive this process: the process groups of compilers, and directories. A signal that nobody handles ends
 * Node without a word to its code, and a handler of ours would change what signals do to the program around it. So a
 * shell waits beside it until a pipe closes, which the end of this process does, whatever ends it. Windows has no
 * shell for this; there a console's Ctrl-C goes to all compilers, and directories are removed by the next build.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'

/** Each line names a group or a directory to end, or no longer to end; directories are written as octal numbers of bytes. */
const SCRIPT = `
trap '' HUP INT TERM
groups= dirs=
without() { for each in $1; do [ "$each" = "$2" ] || printf ' %s' "$each"; done; }
while read -r word value; do
  case $word in
    group) groups="$groups $value" ;;
    dir) dirs="$dirs $value" ;;
    groupless) groups=$(without "$groups" "$value") ;;
    dirless) dirs=$(without "$dirs" "$value") ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
for dir in $dirs; do
  path=$(printf %b "$dir")
  for attempt in 1 2 3 4 5; do
    rm -rf -- "$path" && break
    sleep 1
  done
done
`

const groups = new Set<ChildProcess>()
const directories = new Set<string>()
let warden: ChildProcess | undefined

/** A directory that goes when this process ends; until what is returned is called. */
export function guardDirectory(path: string): () => void {
  directories.add(path)
  changed()
  const word = [...Buffer.from(path)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')
  tell('dir', word)
  return () => {
    tell('dirless', word)
    directories.delete(path)
    changed()
  }
}

/**
 * A process, leader of a group of its own, that goes with all its group; until what is returned is called. Nobody knows of
 * one yet that was started in the very moment in which this process ends: it ends when it is done.
 */
export function guardGroup(child: ChildProcess): () => void {
  groups.add(child)
  changed()
  tell('group', child.pid)
  return () => {
    tell('groupless', child.pid)
    groups.delete(child)
    changed()
  }
}

/** Ends a process and everything it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
    child.kill('SIGKILL')
  }
}

/** Watches while there is something to watch. */
function changed(): void {
  process.off('exit', clean)
  if (groups.size > 0 || directories.size > 0) process.on('exit', clean)
  if (directories.size > 0) warden ??= start()
  else if (groups.size === 0) stop()
}

/** What the warden does, without waiting for it. */
function clean(): void {
  for (const child of groups) killGroup(child)
  for (const path of directories) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

/** In a session of its own, where no terminal's signals arrive. It keeps neither this process nor any directory. */
function start(): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined
  const child = spawn('/bin/sh', ['-c', SCRIPT], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const input = child.stdin as Socket
  // Where there is no shell the next build cleans up.
  child.on('error', () => {})
  input.on('error', () => {})
  child.unref()
  input.unref()
  for (const { pid } of groups) input.write(`group ${pid}\n`)
  return child
}

function stop(): void {
  warden?.stdin?.end()
  warden = undefined
}

function tell(word: string, value: string | number | undefined): void {
  if (value !== undefined) warden?.stdin?.write(`${word} ${value}\n`)
}
