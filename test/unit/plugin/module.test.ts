import { parseAst } from 'rollup/parseAst'
import { describe, expect, test } from 'vitest'
import { fillPlaceholders, filePlaceholder, namePlaceholder, relativePath } from '../../../src/adapters/placeholders.ts'
import { assetFileName } from '../../../src/adapters/vite-files.ts'
import { formatFileName, HASHED_NAME, PLAIN_NAME, shortHash, undottedName } from '../../../src/file-name.ts'
import { moduleCode, relativeUrl } from '../../../src/module.ts'
import { builtFile, builtProgram } from './built.ts'

const expressions = (file: { target: string }) => ({ fileName: `'x-${file.target}'`, url: `'/x-${file.target}'` })

async function evaluate(code: string): Promise<unknown> {
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: unknown }
  return module.default
}

describe('the module of an import', () => {
  test('is the program', async () => {
    const code = moduleCode(builtProgram('/a/hello.wasm?exe', ['linux-x64', 'win32-x64']), expressions)
    expect(await evaluate(code)).toEqual({
      name: 'hello',
      targets: {
        'linux-x64': {
          target: 'linux-x64',
          triple: 'x86_64-unknown-linux-gnu',
          fileName: 'x-linux-x64',
          url: '/x-linux-x64',
          size: 14,
          integrity: builtFile('hello', 'linux-x64').integrity,
          download: 'hello',
        },
        'win32-x64': expect.objectContaining({ url: '/x-win32-x64' }) as unknown,
      },
    })
  })

  test('says where archives are, which lie beside the executables', async () => {
    const program = builtProgram('/a/hello.wasm?exe', ['linux-x64', 'win32-x64'])
    const known = { size: 12, integrity: 'sha256-x' }
    program.files[0].archive = { fileName: 'hello-linux-x64.tar.gz', format: '.tar.gz', ...known }
    program.files[1].archive = { fileName: 'hello-win32-x64.zip', format: '.zip', ...known }
    expect(await evaluate(moduleCode(program, expressions))).toMatchObject({
      targets: {
        'linux-x64': { archive: { fileName: 'hello-linux-x64.tar.gz', url: '/x-linux-x64.tar.gz', ...known } },
        'win32-x64': {
          download: 'hello.exe',
          archive: { fileName: 'hello-win32-x64.zip', url: '/x-win32-x64.zip', ...known },
        },
      },
    })
  })

  test('is a string for href', async () => {
    const program = builtProgram('/a/hello.wasm?target=linux-x64&href&exe', ['linux-x64'])
    expect(await evaluate(moduleCode(program, expressions))).toBe('/x-linux-x64')
  })

  test('is the file URL for href=file, where there is one', async () => {
    const program = builtProgram('/a/hello.wasm?target=linux-x64&href=file&exe', ['linux-x64'])
    expect(await evaluate(moduleCode(program, expressions))).toBe('/x-linux-x64')
    const code = moduleCode(program, (file) => ({ ...expressions(file), file: "'file:///x'" }))
    expect(await evaluate(code)).toBe('file:///x')
  })

  test('survives names with quotes and line ends', async () => {
    const program = builtProgram('/a/hello.wasm?exe', ['linux-x64'], { name: `it's "x"\u2028\n\${}` })
    expect(await evaluate(moduleCode(program, expressions))).toMatchObject({ name: `it's "x"\u2028\n\${}` })
  })
})

describe('file names', () => {
  const linux = builtFile('hello', 'linux-x64')
  const windows = builtFile('hello', 'win32-arm64')
  const hash = shortHash(windows.integrity)

  test.each([
    [PLAIN_NAME, linux, 'hello-linux-x64'],
    [PLAIN_NAME, windows, 'hello-win32-arm64.exe'],
    [HASHED_NAME, windows, `hello-win32-arm64-${hash}.exe`],
    ['src-tauri/bin/[name]-[triple][ext]', windows, 'src-tauri/bin/hello-aarch64-pc-windows-msvc.exe'],
  ])('%s', (template, file, expected) => expect(formatFileName(template, file)).toBe(expected))

  test.each([
    ['assets/[name]-[hash][extname]', linux, `assets/hello-linux-x64-${shortHash(linux.integrity)}`],
    ['assets/[name]-[hash].[ext]', linux, `assets/hello-linux-x64-${shortHash(linux.integrity)}`],
    ['[ext]/[name].[hash:4].[ext]', windows, `exe/hello-win32-arm64.${hash}.exe`],
  ])("Vite's assetFileNames %s", (pattern, file, expected) => expect(assetFileName(pattern, file)).toBe(expected))
})

test.each([
  ['linux-x64', PLAIN_NAME, 'my_app-linux-x64'],
  ['win32-x64', PLAIN_NAME, 'my_app-win32-x64.exe'],
  ['win32-x64', 'bin/[name].[target]', 'my_app_win32-x64'],
] as const)('a name with dots for %s by %s', (target, template, expected) => {
  expect(undottedName(template, builtFile('my.app', target))).toBe(expected)
})

describe('placeholders', () => {
  const fileName = (reference: string) => `assets/${reference}-hello world`

  test.each([
    ['index.js', './assets/ab$_-hello%20world'],
    ['deep/er/index.js', '../../assets/ab$_-hello%20world'],
    ['assets/index.js', './ab$_-hello%20world'],
  ])('in %s', (chunk, path) => {
    const code = `const a = ${namePlaceholder('ab$_')}, b = ${filePlaceholder('ab$_')}`
    const filled = fillPlaceholders(code, parseAst, { fileName: chunk, format: 'es' }, fileName)!
    const url = path.replace('$', '%24')
    expect(filled.toString()).toBe(`const a = "ab$_-hello world", b = ${relativeUrl('es', url)}`)
  })

  test('whatever quotes a minifier chose', () => {
    for (const quote of ["'", '"', '`']) {
      const code = namePlaceholder('ab').replaceAll('"', quote)
      expect(fillPlaceholders(code, parseAst, { fileName: 'x.js', format: 'es' }, fileName)?.toString()).toBe(
        '"ab-hello world"',
      )
    }
  })

  test.each([
    ['"see @, or @"', '("see " + # + ", or " + #)'],
    ['`see @, or ${1}@`', '`see ${#}, or ${1}${#}`'],
    ['({ "@": 1 })', '({ [#]: 1 })'],
    ['({ ["@"]: "a" })', '({ [#]: "a" })'],
  ])('in %s', (code, expected) => {
    const text = namePlaceholder('ab').slice(1, -1)
    const [before, after] = [code.replaceAll('@', text), expected.replaceAll('#', '"ab-hello world"')]
    const filled = fillPlaceholders(before, parseAst, { fileName: 'x.js', format: 'es' }, fileName)
    expect(filled?.toString()).toBe(after)
  })

  test('in code that is nested deeper than the stack', () => {
    const code = `const a = ${namePlaceholder('ab')}`
    const nested = Array.from({ length: 100_000 }).reduce<object>((held) => ({ type: 'Chain', held }), parseAst(code))
    expect(fillPlaceholders(code, () => nested, { fileName: 'x.js', format: 'es' }, fileName)?.toString()).toBe(
      'const a = "ab-hello world"',
    )
  })

  test.each([
    '"wasm-exe:name:other;"',
    '"wasm-exe:url:%ZZ;"',
    '"wasm-exe:url:other;"',
    '`wasm-exe:file:other; ${1}`',
    'tag`wasm-exe:file:other;`',
    'import "wasm-exe:file:other;"',
  ])('but not text that looks like one: %s', (text) => {
    const known = (reference: string) => (reference === 'ab' ? 'hello' : undefined)
    const code = `${text}; const a = ${namePlaceholder('ab')}, b = "wasm-exe:name:wasm-exe:name:ab; wasm-exe:url:other;"`
    const filled = fillPlaceholders(code, parseAst, { fileName: 'x.js', format: 'es' }, known, () => undefined)
    const expected = `${text}; const a = "hello", b = ("wasm-exe:name:" + "hello" + " wasm-exe:url:other;")`
    expect(filled?.toString()).toBe(expected)
  })

  test('none, no change', () => {
    expect(
      fillPlaceholders('const a = "wasm-exe:name"', parseAst, { fileName: 'x.js', format: 'es' }, fileName),
    ).toBeUndefined()
  })

  test.each([
    ['a.js', 'b', './b'],
    ['x/a.js', 'x/b', './b'],
    ['x//a.js', 'y/b', '../y/b'],
    ['x/a.js', 'y/b', '../y/b'],
    ['x/y/a.js', 'x/b', '../b'],
    ['x/a.js', 'x/y/b#c', './y/b%23c'],
  ])('from %s to %s: %s', (from, to, path) => expect(relativePath(from, to)).toBe(path))
})
