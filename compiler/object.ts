import { copyFile, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { withBuild, type BuildContext } from './c-build.ts'
import { callsOthers } from './c/call-graph.ts'
import { stringLiteral } from './c/consts.ts'
import { callsWasi } from './c/wasi-calls.ts'
import {
  compile,
  decodeStages,
  generateAside,
  generateStage,
  integrity,
  moduleNames,
  type CompiledModule,
  type CompileOptions,
} from './compile.ts'
import { writeWhole } from './disk.ts'
import { CompileError, nameFile } from './errors.ts'
import { archive } from './link.ts'
import { moduleUnits } from './module-units.ts'
import { DEFAULT_C_OPTIMIZE, type Level } from './levels.ts'
import { backendOf, parseOptimize, type BuildOptions } from './options.ts'
import { hashKey } from './store.ts'
import { checkNoProfile } from './profile-units.ts'
import { checkSupported, selectTarget } from './target-selection.ts'
import type { TargetName } from './targets.ts'
import { checkNoObjects } from './objects.ts'
import { checkNoThreads } from './threads.ts'
import { compileUnits, type Unit } from './unit.ts'
import { version } from './version.ts'
import { checkWasiCalls } from './wasm/recognize.ts'

export interface ObjectOptions extends BuildOptions, CompileOptions {
  /** Default `host`. */
  target?: string
  /** Where it goes, complete or not at all; a name that ends in `.a` or `.lib` makes it an archive. Default: left in the cache. */
  outFile?: string
  /** 'object': one object file; 'archive': a static library, for modules of any size. Default: by outFile, else 'object'. */
  format?: 'object' | 'archive'
}

/** The module and its runtime in one file that a C program links. */
export interface ObjectFile {
  target: TargetName
  triple: string
  fileName: string
  /** Absolute, or outFile as it was given. */
  path: string
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
  milliseconds: number
}

/** Bytes of wasm from which one translation unit takes minutes and gigabytes to compile. */
const MAX_OBJECT_WASM = 4 << 20

/**
 * Builds an object file or archive for C programs: they include the header of {@link createHeader}, provide the imports
 * that are not WASI's as the symbols it declares, and link with nothing else.
 * @throws CompileError
 */
export async function createObject(
  input: Uint8Array | CompiledModule,
  options: ObjectOptions = {},
): Promise<ObjectFile> {
  const started = performance.now()
  const target = selectTarget(options.target ?? 'host')
  if (target.halves !== undefined)
    throw new CompileError(`an object file is for one processor, not for ${target.name}`, {
      code: 'target',
      hint: `make one for each of ${target.halves.join(', ')}, and join them with lipo`,
    })
  const level = objectLevel(options)
  const asArchive = (options.format ?? (/\.(a|lib)$/i.test(options.outFile ?? '') ? 'archive' : 'object')) === 'archive'
  const building = withBuild(
    options,
    async (context) => {
      checkSupported(context.toolchain, [target])
      checkNoProfile(context)
      const decoded = input instanceof Uint8Array ? await decodeStages(input, moduleNames(options), context) : input
      checkNoThreads(decoded.module, 'an object file for C programs')
      checkNoObjects(decoded.module, 'an object file for C programs')
      checkWasiCalls(decoded.module)
      const { signal, debug, done } = context
      // Of another module of the C program, which nothing is known of.
      const importsThrow = callsOthers(decoded.module) || undefined
      const made = input instanceof Uint8Array || callsWasi(input.module) || importsThrow ? undefined : input
      const compiled = made ?? (await generateStage(decoded, { signal, debug, done, ownWasi: true, importsThrow }))
      const { name } = decoded.info
      const units = asArchive ? archiveUnits(compiled, context) : [await objectUnit(compiled, importsThrow, context)]
      const objects = await compileUnits(context, [target], 'object', units).get(target)!
      let [path] = objects
      if (asArchive) {
        const key = hashKey('archive', context.toolchain.identity, ...objects)
        context.expect('link', 1)
        const made = await context.store.get(
          'objects',
          key,
          '.a',
          (to) => archive(context, target, objects, to),
          context.signal,
        )
        path = made.path
      }
      const bytes = await readFile(path)
      const { outFile } = options
      if (outFile !== undefined) await writeWhole(outFile, (temporary) => copyFile(path, temporary))
      return {
        target: target.name,
        triple: target.triple,
        fileName: basename(outFile ?? name + (asArchive ? '.a' : target.objectExt)),
        path: outFile ?? path,
        size: bytes.byteLength,
        integrity: integrity(bytes),
        milliseconds: performance.now() - started,
      }
    },
    level,
  )
  return building.catch((error) => {
    throw nameFile(error, input instanceof Uint8Array ? moduleNames(options).file : input.info.file)
  })
}

/** @throws CompileError for levels that make none */
function objectLevel({ optimize }: BuildOptions): Level {
  const level = parseOptimize(optimize ?? DEFAULT_C_OPTIMIZE)
  const gain = 'modules become part of C programs'
  const need = { what: 'an object file for C programs', gain, instead: 'build an executable, which needs no compiler' }
  if (backendOf(level) === 'c') return { optimize: level, need }
  throw new CompileError(`optimize: ${optimize} makes no object files for C programs`, {
    code: 'option',
    hint: 'set optimize to 2, 3 or s, or leave it out',
  })
}

/** The whole module and the runtime as one translation unit: what linkers call a relocatable link, on every platform. */
async function objectUnit(
  { info, module, code }: CompiledModule,
  importsThrow: true | undefined,
  context: BuildContext,
): Promise<Unit> {
  if (module.bytes.byteLength > MAX_OBJECT_WASM) {
    throw new CompileError(`${info.size} bytes of wasm are too many for one object file`, {
      code: 'option',
      file: info.file,
      hint: 'ask for an archive: an output name that ends in .a',
    })
  }
  const form = {
    file: basename(info.file),
    chunkBytes: Infinity,
    aloneBytes: Infinity,
    debug: context.debug,
    ownWasi: true,
    importsThrow,
  }
  const whole = code.chunks.length === 1 ? code : await generateAside(module, form, context.signal)
  const [unit] = moduleUnits({ info, code: whole })
  return withRuntime(unit, context)
}

/**
 * Chunks, of which the last, with the instantiate function, holds the runtime. The runtime's symbols are weak, and a
 * linker would not fetch a member of an archive for their sake.
 */
function archiveUnits(compiled: CompiledModule, context: BuildContext): Unit[] {
  const units = moduleUnits(compiled)
  return [...units.slice(0, -1), withRuntime(units.at(-1)!, context)]
}

const withRuntime = (unit: Unit, { sources }: BuildContext): Unit => ({
  ...unit,
  code: `${unit.code}\n#define WASM_RUNTIME_VERSION ${stringLiteral(version)}\n#include "runtime.c"\n`,
  includes: sources.runtimeHash,
  contents: `${unit.contents}, and the runtime`,
})

/** The C header that declares a module's exports and what it imports. @throws CompileError */
export async function createHeader(input: Uint8Array | CompiledModule, options: CompileOptions = {}): Promise<string> {
  const compiled = input instanceof Uint8Array ? await compile(input, options) : input
  return compiled.code.header
}
