import { expect, test } from 'vitest'
import { levelsOf } from '../support/levels.ts'
import { freePort } from '../support/network.ts'
import { canRun, startCommand } from '../support/run-target.ts'
import { follow } from './following.ts'
import { buildServer } from './serving.ts'

for (const target of new Set([`${process.platform}-${process.arch}`, 'linux-arm64', 'win32-x64'])) {
  const missing = canRun(target)
  const title = `${target} refuses what a socket cannot do`
  test.skipIf(missing !== undefined).each(levelsOf(target))(
    `${title}, level %s${missing === undefined ? '' : ` (skipped: needs ${missing})`}`,
    async (optimize) => {
      const port = await freePort()
      const { command, env } = await startCommand(target, await buildServer(target, port, optimize, 'sockets'))
      expect(await follow(command, env, port)).toEqual(['connect', 'end'])
    },
  )
}
