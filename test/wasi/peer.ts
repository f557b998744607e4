// Runs the suite in Node's node:wasi and prints where it differs: npm run test:peer.
// README.md of this folder says which differences are Node's and why.
import { join } from 'node:path'
import { differences } from '../support/wasi-expectation.ts'
import { makeFixture } from '../support/wasi-fixture.ts'
import { buildProgram, buildSuite, readPrograms } from '../support/wasi-programs.ts'
import { runInNode } from '../support/node-wasi.ts'

// Node has no arguments but those given, no embedded files and no wasi_unstable beside preview 1.
const programs = readPrograms().filter(({ grants }) => grants === 'all' || grants === 'none')
const suite = await buildSuite(programs.filter((program) => program.grants === 'all'))
let differing = 0
for (const program of programs) {
  const alone = program.grants === 'none'
  const file = alone ? await buildProgram(program) : suite
  const fixture = makeFixture({ symlinks: true })
  try {
    const result = await runInNode(
      file,
      alone ? ['program', ...program.args] : ['suite', program.name, ...program.args],
      {
        stdin: program.stdin,
        cwd: fixture.path,
        timeout: 20_000,
        dirs: alone ? {} : { '/': join(fixture.path, 'root'), '/ro': join(fixture.path, 'ro') },
        guestEnv: alone ? {} : { GREETING: 'hällo = welt', FIXED: 'a value' },
      },
    )
    const found = differences(program, result)
    if (found.length > 0) {
      differing++
      process.stdout.write(
        `${program.name}\n${found.map((line) => `    ${line.replaceAll('\n', '\n    ')}\n`).join('')}`,
      )
    }
  } catch (error) {
    differing++
    process.stdout.write(`${program.name}\n    ${(error as Error).message.slice(0, 200)}\n`)
  } finally {
    fixture.remove()
  }
}
process.stdout.write(`${differing} of ${programs.length} programs differ in Node ${process.version}\n`)
