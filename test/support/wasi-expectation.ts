import type { RunResult } from './run-target.ts'
import type { WasiProgram } from './wasi-programs.ts'

/** What a run did otherwise than its program's comment says; empty when nothing. */
export function differences(program: WasiProgram, result: RunResult): string[] {
  const found: string[] = []
  if (result.code !== program.code) found.push(`exit code ${result.code}, expected ${program.code}`)
  if (typeof program.stdout === 'number') {
    if (result.stdoutBytes.length !== program.stdout)
      found.push(`${result.stdoutBytes.length} bytes on standard output, expected ${program.stdout}`)
  } else if (result.stdout !== program.stdout)
    found.push(`standard output:\n${result.stdout}expected:\n${program.stdout}`)
  if (typeof program.stderr === 'string') {
    if (result.stderr !== program.stderr) found.push(`standard error:\n${result.stderr}expected:\n${program.stderr}`)
  } else if (!result.stderr.includes(program.stderr.part))
    found.push(`standard error:\n${result.stderr}has no "${program.stderr.part}"`)
  return found
}
