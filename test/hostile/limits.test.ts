import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, collect, runExecutable } from '../support/run-target.ts'
import { root, which } from '../support/tools.ts'
import { host, hostileDirectory, hostileSuite } from './hostile-programs.ts'

const success = { code: 0, stdout: '', stderr: '' }

describe.each(levelsOf(host))('level %s', (optimize) => {
  describe.skipIf(process.platform === 'win32')('limits of the host', () => {
    test('few descriptors', async () => {
      const cwd = hostileDirectory()
      const command = ['-c', 'ulimit -n 20; exec "$0" descriptors 20', await hostileSuite(host, optimize)]
      expect(await collect('sh', command, { cwd })).toMatchObject(success)
    })

    test('files that may not be large', async () => {
      const command = ['-c', 'ulimit -f 8; exec "$0" large', await hostileSuite(host, optimize)]
      expect(await collect('sh', command, { cwd: hostileDirectory() })).toMatchObject(success)
    })

    test('little address space', async () => {
      const command = ['-c', 'ulimit -v 4000000; exec "$0" memory', await hostileSuite(host, optimize)]
      const result = await collect('sh', command, { cwd: hostileDirectory() })
      expect(result).toMatchObject({ code: 1, stdout: '' })
      expect(result.stderr).toMatch(/^wasm-exe: .*address space.*ulimit -v/)
    })

    const tmpfs = smallDisk()
    test.skipIf(tmpfs === undefined)(
      `a full disk${tmpfs === undefined ? ' (skipped: needs root, to mount a small tmpfs)' : ''}`,
      async () => {
        expect(await collect(await hostileSuite(host, optimize), ['full'], { cwd: tmpfs! })).toMatchObject(success)
      },
    )
  })

  /** A file system of 1 MiB and 64 files, undefined where none can be mounted. */
  function smallDisk(): string | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
    const path = hostileDirectory()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=64', 'tmpfs', path], { stdio: 'ignore' })
    } catch {
      return undefined
    }
    afterAll(() => execFileSync('umount', [path]))
    return path
  }

  test.skipIf(process.platform === 'win32')('4 GiB of memory, used to the last byte', async () => {
    // Standard error gets gigabytes.
    const command = ['-c', 'exec "$0" memory 2> /dev/null', await hostileSuite(host, optimize)]
    const result = await collect('sh', command, { cwd: hostileDirectory(), timeout: 100_000 })
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 0, stdout: 'at the end\n' })
  })

  test('recursion without end, with calls of the host', async () => {
    const result = await collect(await hostileSuite(host, optimize), ['recursion'], { cwd: hostileDirectory('dir') })
    expect(result).toMatchObject({ code: 134, stdout: '' })
    expect(result.stderr).toMatch(/^wasm trap: (call stack exhausted|out of bounds memory access)\n {2}in /)
  })

  test.skipIf(process.platform === 'win32')('links that lead to one another without end', async () => {
    expect(
      await collect(await hostileSuite(host, optimize), ['links-deep'], { cwd: hostileDirectory() }),
    ).toMatchObject(success)
  })

  test.skipIf(process.platform === 'win32')(
    'an empty $HOME does not make a grant below it one below the root',
    async () => {
      const wasm = await wasmOf(join(root, 'test/bundlers/fixtures/src/show.wat'))
      const program = await executableOf(wasm, host, { optimize, grants: { dirs: { '/': '$HOME/etc' } } })
      const result = await collect(program, [], { env: { ...process.env, HOME: '' } })
      expect(result).toMatchObject({ code: 1, stdout: '' })
      expect(result.stderr).toMatch(
        /^wasm-exe: cannot open the granted directory \$HOME\/etc .*the variable HOME is not set\n$/,
      )
    },
  )

  /** Whether a user may have a root of his own here, without /proc. */
  const canChangeRoot =
    process.platform === 'linux' && spawnSync('unshare', ['-r', '-R', '/', 'true'], { stdio: 'ignore' }).status === 0

  describe.skipIf(!canChangeRoot)(`$EXE_DIR without /proc${canChangeRoot ? '' : ' (skipped: needs unshare)'}`, () => {
    const inRoot = async (path: string, cwd: string) => {
      const wasm = await wasmOf(join(root, 'test/hostile/list.wat'))
      const program = await executableOf(wasm, host, { optimize, grants: { dirs: { '/': '$EXE_DIR' } } })
      const directory = hostileDirectory('bin', 'links')
      copyFileSync(program, join(directory, 'bin/program'))
      symlinkSync('../bin/program', join(directory, 'links/program'))
      symlinkSync('/links/program', join(directory, 'bin/link'))
      return collect('unshare', ['-r', '-R', directory, '-w', cwd, path], {})
    }

    test.each([
      ['an absolute path', '/bin/program', '/'],
      ['a relative path', './program', '/bin'],
      ['a path from another directory', '../bin/program', '/links'],
      ['a link', '/links/program', '/'],
      ['a link to a link', '/bin/link', '/'],
    ])('is where the file is: %s', async (_, path, cwd) => {
      expect(await inRoot(path, cwd)).toMatchObject({ code: 0, stdout: 'bin\n', stderr: '' })
    })
  })

  describe.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])('$EXE_DIR on %s', (target) => {
    test.skipIf(canRun(target))('is where the file is, not a link to it', async () => {
      const wasm = await wasmOf(join(root, 'test/hostile/list.wat'))
      const program = await executableOf(wasm, target, { optimize, grants: { dirs: { '/': '$EXE_DIR' } } })
      const directory = hostileDirectory('bin', 'links')
      copyFileSync(program, join(directory, 'bin/program'))
      symlinkSync('program', join(directory, 'bin/link'))
      symlinkSync('../bin/link', join(directory, 'links/first'))
      symlinkSync(join(directory, 'links/first'), join(directory, 'links/program'))
      for (const path of [join(directory, 'links/program'), 'links/program', './links/first', 'bin/program'])
        expect(await runExecutable(target, path, [], { cwd: directory })).toMatchObject({ code: 0, stdout: 'bin\n' })
    })
  })

  /** Starts a program by a descriptor. */
  const started = '$^F = 99; open(my $file, "<", shift) or die; my $number = fileno $file;'
  const needed = ['perl', 'unshare'].filter((name) => which(name) === undefined)
  const cannot = needed.length > 0 || !canChangeRoot
  describe.skipIf(cannot)(
    `an executable that lies nowhere${cannot ? ' (skipped: needs perl and unshare)' : ''}`,
    () => {
      test.each([
        [
          'a file in memory',
          `my $name = "memory"; $number = syscall(${process.arch === 'x64' ? 319 : 279}, $name, 0);
        open(my $to, ">&=", $number) or die; local $/; binmode $to; binmode $file; syswrite $to, <$file>;`,
        ],
        ['a file of what is mounted no more', `system("umount", "-l", "disk") and die;`],
      ])('has no $EXE_DIR, and not the root as one: %s', async (_, lost) => {
        const wasm = await wasmOf(join(root, 'test/bundlers/fixtures/src/show.wat'))
        const program = await executableOf(wasm, host, { optimize, grants: { dirs: { '/': '$EXE_DIR' } } })
        const script = `${started} ${lost} exec {"/proc/self/fd/$number"} "program"; die $!`
        const mounted = 'mount -t tmpfs none disk && cp "$0" disk/program && exec perl -e "$1" disk/program'
        const command = ['-r', '-m', 'sh', '-c', mounted, program, script]
        const result = await collect('unshare', command, { cwd: hostileDirectory('disk') })
        expect(result).toMatchObject({ code: 1, stdout: '' })
        expect(result.stderr).toMatch(/\$EXE_DIR .*the system does not say where the executable is\n$/)
      })

      test('one that was replaced since it was started has that of its path', async () => {
        const wasm = await wasmOf(join(root, 'test/hostile/list.wat'))
        const program = await executableOf(wasm, host, { optimize, grants: { dirs: { '/': '$EXE_DIR' } } })
        const directory = hostileDirectory('bin')
        copyFileSync(program, join(directory, 'bin/program'))
        symlinkSync('program', join(directory, 'bin/link'))
        const script = `${started} unlink "bin/program"; exec {"/proc/self/fd/$number"} "program"; die $!`
        const result = await collect('perl', ['-e', script, 'bin/program'], { cwd: directory })
        expect(result).toMatchObject({ code: 0, stdout: 'bin\n', stderr: '' })
      })
    },
  )

  describe.skipIf(process.platform !== 'linux')('what Linux shows of the process as files', () => {
    test.each([
      ['is not part of a directory above it', '/', 'above'],
      ['can be granted itself', '/proc', 'itself'],
    ])('%s', async (_, cwd, mode) => {
      expect(await collect(await hostileSuite(host, optimize), ['process', mode], { cwd })).toMatchObject(success)
    })
  })

  const strace = ['-f', '-o', '/dev/null', '-e', 'inject=fstatfs:error=ENOSYS']
  const canRefuse =
    process.platform === 'linux' && spawnSync('strace', [...strace, 'true'], { stdio: 'ignore' }).status === 0
  test.skipIf(!canRefuse)(
    `a system that does not say where a file is${canRefuse ? '' : ' (skipped: needs strace)'}`,
    async () => {
      for (const [cwd, mode] of [
        ['/', 'above'],
        ['/proc', 'itself'],
      ])
        expect(
          await collect('strace', [...strace, await hostileSuite(host, optimize), 'process', mode], { cwd }),
        ).toMatchObject(success)
    },
  )

  const isRoot = process.getuid?.() === 0
  describe.skipIf(!isRoot)(`what macOS shows of the process in /dev${isRoot ? '' : ' (skipped: needs root)'}`, () => {
    for (const target of ['darwin-x64', 'darwin-arm64']) {
      const missing = canRun(target)
      test.skipIf(missing !== undefined)(`${target}${missing ? ` (skipped: needs ${missing})` : ''}`, async () => {
        // Its place is taken by a directory that the loader says the same of.
        const files = mkdtempSync('/dev/wasm-exe-')
        onTestFinished(() => rmSync(files, { recursive: true }))
        writeFileSync(join(files, '0'), '')
        const program = await hostileSuite(target, optimize)
        for (const [cwd, mode, path] of [
          ['/', 'above', files],
          ['/dev', 'above', files.slice('/dev'.length)],
          [files, 'itself', ''],
        ])
          expect(await runExecutable(target, program, ['open-files', mode, path], { cwd })).toMatchObject(success)
      })
    }
  })

  describe('names of devices, streams, drives and other spellings', () => {
    for (const target of [host, 'win32-x64', 'win32-arm64'].filter((name, at, all) => all.indexOf(name) === at)) {
      const missing = canRun(target)
      test.skipIf(missing !== undefined)(`${target}${missing ? ` (skipped: needs ${missing})` : ''}`, async () => {
        const cwd = join(hostileDirectory('granted/dir'), 'granted')
        writeFileSync(join(cwd, 'hello.txt'), 'Hello, file!\n')
        writeFileSync(join(cwd, 'long name of a file.txt'), '')
        writeFileSync(join(cwd, 'dir', 'inner.txt'), 'Inside.\n')
        writeFileSync(join(cwd, '..', 'secret.txt'), 'Not yours.\n')
        expect(await runExecutable(target, await hostileSuite(target, optimize), ['devices'], { cwd })).toMatchObject(
          success,
        )
      })
    }
  })
})
