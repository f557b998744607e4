import { didYouMean } from '../../compiler/suggest.ts'
import { UsageError, type Command, type CommandEntry } from './command.ts'

/** In the order of the help. A command's file is loaded when it is typed: with the compiler it takes as long as Node itself. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'build',
    aliases: ['create-exe'],
    summary: 'Make executables from a module',
    load: async () => (await import('./build.ts')).build,
  },
  {
    name: 'npm',
    summary: 'Make npm packages from a module: one for each platform, and one whose command runs them',
    load: async () => (await import('./npm.ts')).npm,
  },
  {
    name: 'object',
    aliases: ['create-obj'],
    summary: 'Make object files that a C program links',
    load: async () => (await import('./object.ts')).object,
  },
  {
    name: 'header',
    summary: 'Write the C header that goes with an object file',
    load: async () => (await import('./header.ts')).header,
  },
  {
    name: 'inspect',
    summary: 'Say what a module imports, exports and needs, or what an executable is granted',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'run',
    summary: 'Build for this machine and run, with the same streams and exit code',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'targets',
    summary: 'List the platforms that executables can be built for',
    load: async () => (await import('./targets.ts')).targets,
  },
]

/** A command by its name or alias. @throws UsageError */
export async function findCommand(word: string): Promise<Command> {
  const entry = COMMANDS.find(({ name, aliases }) => name === word || aliases?.includes(word))
  if (entry) return { ...entry, ...(await entry.load()) }
  const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  throw new UsageError(`unknown command ${word}${didYouMean(word, names)}`)
}
