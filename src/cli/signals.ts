import { constants } from 'node:os'

const HANDLED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal ended the command: exit code 128 + its number, as shells report it. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`cancelled by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** What Ctrl-C and its like do: they abort the build, or go to the program that `run` started. */
export class Signals {
  readonly #controller = new AbortController()
  #receiver: ((signal: NodeJS.Signals) => void) | undefined

  /** Aborted, with {@link Interrupted} as its reason, unless somebody else receives signals. */
  get abort(): AbortSignal {
    return this.#controller.signal
  }

  listen(): void {
    for (const signal of HANDLED) {
      process.on(signal, () => {
        if (this.#receiver) return this.#receiver(signal)
        const interrupted = new Interrupted(signal)
        // A second Ctrl-C means that cleaning up takes too long.
        if (this.#controller.signal.aborted) process.exit(interrupted.exitCode)
        this.#controller.abort(interrupted)
      })
    }
  }

  /** From now on signals go to `receiver`. @throws Interrupted if one came before: nobody looked since the build was done */
  handTo(receiver: (signal: NodeJS.Signals) => void): void {
    this.#controller.signal.throwIfAborted()
    this.#receiver = receiver
  }
}
