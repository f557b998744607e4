import type { AnyProgram } from 'unplugin-wasm-exe/browser'
import { EXAMPLES, type Example } from '../programs/list.ts'

import digest from '../programs/build/digest.wasm?exe'
import hello from '../programs/build/hello.wasm?exe'
import mandelbrot from '../programs/build/mandelbrot.wasm?exe'
import queens from '../programs/build/queens.wasm?exe'
import tree from '../programs/build/tree.wasm?dir=/=.&exe'

import digestWasm from '../programs/build/digest.wasm?url'
import helloWasm from '../programs/build/hello.wasm?url'
import mandelbrotWasm from '../programs/build/mandelbrot.wasm?url'
import queensWasm from '../programs/build/queens.wasm?url'
import treeWasm from '../programs/build/tree.wasm?url'

import digestSource from '../programs/digest.zig?raw'
import helloSource from '../programs/hello.c?raw'
import mandelbrotSource from '../programs/mandelbrot.zig?raw'
import queensSource from '../programs/queens.c?raw'
import treeSource from '../programs/tree.c?raw'

/** An example as the page shows it. */
export interface PageProgram extends Example {
  /** URL of the wasm, for running it here. */
  wasm: string
  /** The text of its source file. */
  code: string
  /** The executables. */
  program: AnyProgram
}

const BUNDLED: Record<string, Pick<PageProgram, 'wasm' | 'code' | 'program'>> = {
  digest: { program: digest, wasm: digestWasm, code: digestSource },
  hello: { program: hello, wasm: helloWasm, code: helloSource },
  mandelbrot: { program: mandelbrot, wasm: mandelbrotWasm, code: mandelbrotSource },
  queens: { program: queens, wasm: queensWasm, code: queensSource },
  tree: { program: tree, wasm: treeWasm, code: treeSource },
}

export const PROGRAMS: readonly PageProgram[] = EXAMPLES.map((example) => ({ ...example, ...BUNDLED[example.name] }))
