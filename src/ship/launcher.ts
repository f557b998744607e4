/**
 * The command of an npm package: finds the executable in the package of this platform and becomes it, or where Node cannot
 * do that, runs it with the same streams, signals and exit code. Plain CommonJS, for any Node that npm installs it on.
 * @param packages platform-arch to the executable's path, as `require.resolve` takes it, best first
 */
export function launcherCode(name: string, packages: Readonly<Record<string, readonly string[]>>): string {
  return `#!/usr/bin/env node
'use strict'
const { spawn } = require('node:child_process')
const { accessSync, chmodSync, constants } = require('node:fs')
const { constants: system } = require('node:os')

const NAME = ${JSON.stringify(name)}
const FILES = ${JSON.stringify(packages, null, 2)}

function find() {
  const platform = process.platform + '-' + process.arch
  const files = Object.hasOwn(FILES, platform) ? FILES[platform] : []
  for (const file of files) {
    try {
      return require.resolve(file)
    } catch {}
  }
  const needed = files.map((file) => file.slice(0, file.lastIndexOf('/')))
  console.error(
    files.length === 0
      ? NAME + ' does not run on ' + platform + ', only on ' + Object.keys(FILES).join(', ')
      : NAME + ': the package ' + needed.join(' or ') + ' is not installed.\\n' +
          '  Install again on this machine, without --omit=optional or --no-optional.',
  )
  process.exit(1)
}

/** What was published on Windows has no executable bit. */
function makeExecutable(file) {
  if (process.platform === 'win32') return
  try {
    accessSync(file, constants.X_OK)
  } catch {
    try {
      chmodSync(file, 0o755)
    } catch {}
  }
}

const file = find()
makeExecutable(file)
const args = process.argv.slice(2)
if (typeof process.execve === 'function' && process.platform !== 'win32') {
  // It says that it is new, on the standard error that is the program's.
  process.emitWarning = () => {}
  try {
    process.execve(file, [NAME, ...args], process.env)
  } catch {}
}
// Before the program is there: what comes while it starts is handed over once this file has run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGCONT', 'SIGBREAK']) {
  if (system.signals[signal] !== undefined) process.on(signal, () => child.kill(signal))
}
const child = spawn(file, args, { stdio: 'inherit', argv0: NAME, windowsHide: false })
child.on('error', (error) => {
  console.error(NAME + ': ' + file + ' cannot be started: ' + error.message)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  // Ends as the program did, so that whoever waits for it sees the same.
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(128 + (system.signals[signal] || 0)), 1000)
})
`
}
