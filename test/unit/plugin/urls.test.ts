import * as esbuild from 'esbuild'
import { parseAst } from 'rollup/parseAst'
import { describe, expect, test } from 'vitest'
import { findUrlsByImports } from '../../../src/adapters/esbuild-urls.ts'
import { rewriteLinks, usesProgram } from '../../../src/adapters/vite-pages.ts'
import { isRequest } from '../../../src/request.ts'
import { findUrls, MAY_USE_URL, rewriteUrls } from '../../../src/urls.ts'

const USE = "new URL('./a.wasm?target=host&exe', import.meta.url)"

/** Code, and the specifiers that are used in it. */
const CASES: [string, string, string[]][] = [
  ['a use', `const url = ${USE}`, ['./a.wasm?target=host&exe']],
  ['double quotes', 'f(new URL("./a.wasm?target=host&exe", import.meta.url).href)', ['./a.wasm?target=host&exe']],
  ['a template', 'f(new URL(`./a.wasm?target=host&exe`, import.meta.url))', ['./a.wasm?target=host&exe']],
  ['white space', "new  URL(\n  './a.wasm?target=host&exe',\n  import.meta.url,\n)", ['./a.wasm?target=host&exe']],
  ['two', `f(${USE}); g(${USE.replace('a.', 'b.')})`, ['./a.wasm?target=host&exe', './b.wasm?target=host&exe']],
  ['a line comment', `// ${USE}\n`, []],
  ['a block comment', `/* ${USE} */`, []],
  ['a string', `const text = "${USE}"`, []],
  ['a template with the text', `const text = \`${USE}\``, []],
  ['a regular expression', "const r = /new URL('.\\/a.wasm?target=host&exe', import.meta.url)/", []],
  ['both', `// ${USE}\nconst text = "${USE}"; f(${USE})`, ['./a.wasm?target=host&exe']],
  ['a template with values', 'f(new URL(`./${name}.wasm?exe`, import.meta.url))', []],
  ['another base', "f(new URL('./a.wasm?exe', document.baseURI))", []],
  ['another class', "f(new Url('./a.wasm?exe', import.meta.url))", []],
  ['no query of ours', "f(new URL('./a.wasm', import.meta.url), new URL('./b.wasm?url', import.meta.url))", []],
]

describe('in a syntax tree', () => {
  test.each(CASES)('%s', (_, code, expected) => {
    expect(findUrls(parseAst(code)).map((use) => use.specifier)).toEqual(expected)
  })
})

describe('by what esbuild says is imported', () => {
  const build = { esbuild } as unknown as esbuild.PluginBuild
  test.each(CASES)('%s', async (_, code, expected) => {
    const uses = await findUrlsByImports(build, code, 'js')
    expect(uses.map((use) => use.specifier)).toEqual(expected)
  })

  test('in TSX', async () => {
    const code = `const a: URL = <URL>${USE}; enum E { A }`
    expect(await findUrlsByImports(build, code, 'ts')).toHaveLength(1)
    const tsx = `const a = <p title={${USE}.href}>don't ${USE}</p> as unknown`
    expect((await findUrlsByImports(build, tsx, 'tsx')).map(({ start }) => start)).toEqual([tsx.indexOf("'./a")])
  })
})

test('every use passes the filter that saves the parsing', () => {
  for (const [, code, expected] of CASES) {
    if (expected.length > 0) expect(code).toMatch(MAY_USE_URL)
  }
  expect('new URL("./a.png", import.meta.url)').not.toMatch(MAY_USE_URL)
})

test('uses become imports behind all lines, one for each program', () => {
  const code = `#!/usr/bin/env node\n'use client'\nconst a = ${USE}, b = ${USE}\nconst c = new URL('sub/c.wasm?target=all&exe', import.meta.url) // end`
  const rewritten = rewriteUrls(code, findUrls(parseAst(code)), 'href').toString()
  expect(rewritten).toBe(
    "#!/usr/bin/env node\n'use client'\n" +
      'const a = new URL(__wasm_exe_0__, import.meta.url), b = new URL(__wasm_exe_0__, import.meta.url)\n' +
      'const c = new URL(__wasm_exe_1__, import.meta.url) // end\n' +
      'import __wasm_exe_0__ from "./a.wasm?target=host&href&exe";' +
      'import __wasm_exe_1__ from "./sub/c.wasm?target=all&href&exe";\n',
  )
})

describe('links of a page', () => {
  const rewritten = (html: string) => rewriteLinks(html, 'page', () => Promise.resolve('/URL'))

  test.each([
    ['<A class="b" HREF=./x.wasm?exe>', '<A class="b" HREF="/URL">'],
    ["<a\nhref = './x.wasm?exe'download>", '<a\nhref = "/URL"download>'],
    ['<area/href="./x.wat?target=host&amp;exe"/>', '<area/href="/URL"/>'],
    [`<p title=it's><a href="x.wasm?exe">`, `<p title=it's><a href="/URL">`],
    ['<!--><a href="x.wasm?exe">', '<!--><a href="/URL">'],
    ['<!-- <a> --><a href="x.wasm?exe">', '<!-- <a> --><a href="/URL">'],
    ['<script>"<a "</script ><a href="x.wasm?exe">', '<script>"<a "</script ><a href="/URL">'],
    ['1 < 2 <a href="x.wasm?exe">', '1 < 2 <a href="/URL">'],
  ])('%s', async (html, expected) => {
    expect(await rewritten(html)).toBe(expected.replace('href = "', 'href="'))
  })

  test.each([
    '<!-- <a href="x.wasm?exe">',
    '<title><a href="x.wasm?exe"></titles>',
    '</a href="x.wasm?exe">',
    '<!doctype <a href=x.wasm?exe>',
    '<p title="<a href=x.wasm?exe>">',
    '<a href="x.wasm?exe>',
    '<a href="x.wasm?exe" ',
    '<a href="a" HREF="x.wasm?exe">',
    '<a href href="x.wasm?exe">',
    '<a href="x.wasm?url">',
    '<a data-x="x.wasm?exe">',
    '<script src="x.wasm?exe"></script>',
  ])('%s is none', async (html) => {
    expect(await rewritten(html)).toBeUndefined()
  })
})

test('a page, an id and code are looked through once, whatever is there', async () => {
  const link = '<a href="./x.wasm?exe">'
  const own = new Map([['./x.wasm?exe', 'page']])
  const look = (html: string) => rewriteLinks(html, 'page', () => Promise.resolve('URL'), own)
  const parts = [
    '<!--',
    '<script',
    '<script>',
    '<a ',
    '<a "',
    "<a x='",
    '<a x=',
    '</title',
    '<!',
    'a=b ',
    '= ',
    '.wasm?',
    '</',
  ]
  for (const part of parts)
    for (const [before, behind] of [
      ['', ''],
      ['<a ', '>'],
      ['<textarea>', ''],
    ])
      expect(await look(link + before + part.repeat(100_000) + behind), part).toMatch('href="URL"')
  for (const part of ['.wasm?', '.wasm?&', '.wat?exe;', '&exe'])
    expect(isRequest(part.repeat(100_000)), part).toBe(false)
  const build = { esbuild } as unknown as esbuild.PluginBuild
  for (const part of [' ', ', ', 'new URL("', "new URL('a', import.meta.url "])
    expect(await findUrlsByImports(build, `${USE.slice(0, -1)}${part.repeat(100_000)}`, 'js')).toEqual([])
})

test('whether there may be something of ours is found out in one pass, whatever is there', () => {
  for (const part of ['.wasm?', 'new URL(.wasm?', 'url(.wasm?&', 'url('])
    for (const look of [(text: string) => MAY_USE_URL.test(text), usesProgram]) look(part.repeat(50_000))
  expect(usesProgram('a { background: url("./x.wasm?target=host&exe") }')).toBe(true)
  expect(usesProgram('a { background: url(./x.wat?exe) url(b.png) }')).toBe(true)
  expect(usesProgram('a { background: url(./x.wasm?url) } /* exe */')).toBe(false)
})
