// node generate.mjs FILE: turns a module into C, and prints {"milliseconds","memory"}, memory in KiB.
import { readFileSync } from 'node:fs'
import { compile } from '../dist/compiler/index.js'

const bytes = readFileSync(process.argv[2])
const started = performance.now()
await compile(bytes)
const milliseconds = performance.now() - started
console.log(JSON.stringify({ milliseconds, memory: process.resourceUsage().maxRSS }))
