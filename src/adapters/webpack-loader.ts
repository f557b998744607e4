import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoaderContext, Module, PitchLoaderDefinitionFunction } from 'webpack'
import { CompileError } from '../../compiler/index.ts'
import { FAILED_MODULE, moduleCode } from '../module.ts'
import { describe } from '../report.ts'
import { parseRequest, withTarget, type Request } from '../request.ts'
import { escapePath } from './webpack-resource.ts'
import type { Core } from '../core.ts'
import type { BuiltProgram } from '../pipeline.ts'

export interface LoaderOptions {
  core: Core
  /** Who builds, see RequestSettings: the compiler that has the plugin. */
  owner: object
  /** The module is one executable, not the code that tells about a program. */
  isAsset: boolean
  /** The code runs in Node and `url` is a public one, so `file` says where the executable lies. */
  hasFiles: boolean
}

type Context = LoaderContext<LoaderOptions>

/** What rules name: webpack takes loaders as paths. */
export const LOADER = fileURLToPath(import.meta.url)

/** The last word of a query that imports one executable, which gives its URL as webpack writes it. */
export const ASSET_WORD = '&asset'

/** A query without that word: what is left is word for word what was looked at when the import was resolved. */
export function withoutAssetWord(query: string): string {
  return query.endsWith(ASSET_WORD) ? query.slice(0, -ASSET_WORD.length) : query
}

/** Where an executable's module keeps what it was made of. Persistent caches bring it back with the module. */
const BUILT = 'wasmExe'

/** What the module of an executable was made of: a program with this one file. Undefined for all other modules. */
export function builtProgram(module: Pick<Module, 'buildInfo'>): BuiltProgram | undefined {
  return (module.buildInfo as { [BUILT]?: BuiltProgram } | undefined)?.[BUILT]
}

/** Answers for webpack before it reads the file, so that no other loader for `.wasm` files gets to see it. */
export const pitch: PitchLoaderDefinitionFunction<LoaderOptions> = async function () {
  const { core, owner, isAsset } = this.getOptions()
  try {
    return await (isAsset ? executable(this, core) : code(this, core))
  } catch (error) {
    if (core.isNews(error, owner)) throw moduleError(error, core.root)
    // Persistent caches must not bring this back when there is no error any more.
    this.cacheable(false)
    return isAsset ? Buffer.alloc(0) : FAILED_MODULE
  }
}

/** The module of a program imports its executables one by one. */
async function code(context: Context, core: Core): Promise<string> {
  const { resourcePath, resourceQuery } = context
  const program = await build(context, core, admitted(core, resourcePath + resourceQuery))
  const { hasFiles } = context.getOptions()
  const path = `./${escapePath(basename(resourcePath))}`
  const imports = program.files.map(({ target }, index) => {
    const id = path + withTarget(resourceQuery, target)
    return `import file${index} from ${JSON.stringify(id + ASSET_WORD)}\n`
  })
  const module = moduleCode(program, (file) => {
    const name = `file${program.files.indexOf(file)}`
    return {
      fileName: `/* @__PURE__ */ fileName(${name})`,
      url: `/* @__PURE__ */ url(${name})`,
      ...(hasFiles && { file: `/* @__PURE__ */ file(${name})` }),
    }
  })
  return imports.join('') + HELPERS + module
}

/** What webpack gives for an executable is a public URL, or the way to it from the output directory. */
const HELPERS = [
  'const relative = (path) => new URL(path, __webpack_base_uri__).href\n',
  'const url = (path) => (/^(?:\\/|[a-z][a-z\\d+.-]*:)/i.test(path) ? path : relative(path))\n',
  'const file = (path) => relative(path.slice(__webpack_public_path__.length))\n',
  "const fileName = (path) => decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))\n",
].join('')

async function executable(context: Context, core: Core): Promise<Buffer> {
  const { resourcePath, resourceQuery } = context
  const request = admitted(core, resourcePath + withoutAssetWord(resourceQuery))
  const program = await build(context, core, { ...request, form: 'href' })
  const content = await readFile(program.files[0].path)
  // What caches keep is plain data, and no more of it than the manifest needs.
  const built: BuiltProgram = { ...program, module: { ...program.module, exports: [] } }
  Object.assign(context._module!.buildInfo!, { [BUILT]: built })
  core.made.add(built)
  return content
}

/** A request that may be answered: what was looked at when an import was resolved is read, to the letter. */
function admitted(core: Core, id: string): Request {
  core.admissions.check(id)
  return parseRequest(id)!
}

async function build(context: Context, core: Core, request: Request): Promise<BuiltProgram> {
  for (const file of core.pipeline.sources(request)) context.addDependency(file)
  const program = await core.pipeline.build(request, { owner: context.getOptions().owner })
  for (const file of program.inputs.files) context.addDependency(file)
  for (const directory of program.inputs.directories) context.addContextDependency(directory)
  return program
}

/** An error without a stack, which would lead into this package. */
function moduleError(error: unknown, root: string): Error {
  const { message } = describe(error, root)
  const cause = error instanceof CompileError ? error.cause : error
  return Object.assign(new Error(message, { cause }), { stack: '' })
}
