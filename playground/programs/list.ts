/** A program of the playground, compiled by `build.ts` and shown by the site. */
export interface Example {
  /** Name of the source file, of the wasm file in build/ and of the executables. */
  name: string
  language: 'C' | 'Zig'
  source: string
  title: string
  /** What it does and what is worth seeing in it; one sentence or two. */
  about: string
  /** Arguments that the page suggests. */
  args: string
  /** Standard input that the page suggests; absent if the program reads none. */
  input?: string
  /** Guest directories that the executables may use, with the host's. */
  dirs: Record<string, string>
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'hello',
    language: 'C',
    source: 'hello.c',
    title: 'Hello',
    about: 'Greets whom the arguments name. The smallest thing that uses standard output.',
    args: 'Ada Grace',
    dirs: {},
  },
  {
    name: 'queens',
    language: 'C',
    source: 'queens.c',
    title: 'Queens',
    about:
      'Counts the ways to place N queens on a board. Try 13, here and in the executable: it prints the time it took.',
    args: '8',
    dirs: {},
  },
  {
    name: 'mandelbrot',
    language: 'Zig',
    source: 'mandelbrot.zig',
    title: 'Mandelbrot',
    about: 'Draws the Mandelbrot set in letters. The argument is the width in columns.',
    args: '64',
    dirs: {},
  },
  {
    name: 'digest',
    language: 'Zig',
    source: 'digest.zig',
    title: 'Digest',
    about: 'Hashes standard input with four algorithms of Zig’s standard library.',
    args: '',
    input: 'The quick brown fox jumps over the lazy dog',
    dirs: {},
  },
  {
    name: 'tree',
    language: 'C',
    source: 'tree.c',
    title: 'Tree',
    about:
      'Prints a directory as a tree. It sees only what it was granted: here some files that live in this page, in the executable the directory it is started in.',
    args: '/',
    dirs: { '/': '.' },
  },
]
