import type { Spinner } from 'yocto-spinner'
import { printable, printableJson, printableText } from '../../compiler/printable.ts'
import type { Progress, Stage } from '../../compiler/options.ts'

const DOING: Record<Stage, string> = {
  decode: 'reading',
  validate: 'validating',
  generate: 'generating code',
  compile: 'compiling',
  link: 'linking',
}

/** Nothing is said of what is done after so many milliseconds. */
const PATIENCE = 300

/** Where a command's words go: results to standard output, everything else to standard error. */
export class Output {
  readonly #spinner: Spinner | undefined
  /** When progress was first made. */
  #since: number | undefined
  /** The last plain line of progress, so that only news is printed. */
  #said = ''

  private constructor(
    readonly quiet: boolean,
    spinner: Spinner | undefined,
  ) {
    this.#spinner = spinner
  }

  /** @param quiet no progress and no notes, for commands whose standard error belongs to the program they run */
  static async open(quiet = false): Promise<Output> {
    if (!process.stderr.isTTY || quiet) return new Output(quiet, undefined)
    const { default: yoctoSpinner } = await import('yocto-spinner')
    return new Output(quiet, yoctoSpinner({ stream: process.stderr, handleSignals: false }))
  }

  /** The command's result. What a module, a file or a path put into it does nothing to a terminal. */
  result(text: string): void {
    this.stop()
    process.stdout.write(printableText(text.endsWith('\n') ? text : `${text}\n`))
  }

  /** The same as JSON. */
  json(value: unknown): void {
    this.result(printableJson(value))
  }

  /** Something worth knowing that is not the result. */
  note(text: string): void {
    if (this.quiet) return
    this.stop()
    process.stderr.write(`${printableText(text)}\n`)
  }

  /** Something that is probably a mistake, whoever's standard error it is. */
  warn(text: string): void {
    this.error(`warning: ${text}`)
  }

  error(text: string): void {
    this.stop()
    process.stderr.write(`${printableText(text)}\n`)
  }

  /** Shows how a build goes that takes long: one moving line on a terminal, a line per stage elsewhere. */
  progress(title: string, { stage, done, total }: Progress): void {
    if (this.quiet) return
    this.#since ??= performance.now()
    if (performance.now() - this.#since < PATIENCE) return
    const text = `${printable(title)}: ${DOING[stage]}`
    if (!this.#spinner) {
      if (text !== this.#said) process.stderr.write(`${text}\n`)
      this.#said = text
      return
    }
    this.#spinner.text = total > 1 ? `${text} ${done}/${total}` : text
    if (!this.#spinner.isSpinning) this.#spinner.start()
  }

  stop(): void {
    this.#spinner?.stop()
  }
}

/** `4.1 KB`, `21.5 MB`: three digits at most, powers of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'KB'] : [bytes / 1e6, 'MB']
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** Columns are no wider than so many characters: of thousands of rows each would be filled up to a name of any length. */
const WIDEST = 80

/** Rows as aligned columns, two spaces apart; the columns listed in `right` are numbers. A row stays one line. */
export function formatTable(cells: readonly (readonly string[])[], right: readonly number[] = []): string {
  const rows = cells.map((row) => row.map(printable))
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, Math.min(row[column].length, WIDEST)), 0),
  )
  const cell = (text: string, column: number) =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column])
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n')
}

/** A table below its title; nothing where it is empty. */
export function section(title: string, rows: readonly string[][]): string {
  return rows.length === 0 ? '' : `${title}\n${formatTable(rows).replaceAll(/^/gm, '  ')}`
}
