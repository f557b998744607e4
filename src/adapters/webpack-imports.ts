import type { Compiler } from 'webpack'
import { TARGETS } from '../../compiler/index.ts'
import { describe } from '../report.ts'
import { isRequest, withTarget } from '../request.ts'
import { withoutAssetWord } from './webpack-loader.ts'
import { checkName } from './webpack-names.ts'
import { parseResource } from './webpack-resource.ts'
import type { Core } from '../core.ts'

const NAME = 'wasm-exe:imports'

/** Notes each import when it is resolved, with the file that it stands in. */
export function noteImports(core: Core, compiler: Compiler): void {
  /** Of what import() of an expression leads to. webpack takes what fails there for absent. */
  const unsaid = new Set<Error>()
  compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
    unsaid.clear()
    compilation.hooks.finishModules.tap(NAME, () => void compilation.errors.push(...unsaid))
  })
  compiler.hooks.normalModuleFactory.tap(NAME, ({ hooks }) => {
    hooks.afterResolve.tap(NAME, ({ request, contextInfo, createData }) => {
      const { path, query } = parseResource(createData?.resource ?? '')
      const id = path + withoutAssetWord(query)
      // What the loader is asked for all the same is not noted then, and refused.
      if (!isRequest(id)) return
      // Entries have no issuer, and neither has import() of an expression, wherever it stands.
      const importer = parseResource(contextInfo.issuer ?? '').path
      // What the module of a program imports itself.
      if (importer === path && core.admissions.has(id)) return
      try {
        core.admit(id, { source: request, importer })
        checkName(core.options.program, path, query)
      } catch (error) {
        const { message } = describe(error, core.root)
        // A stack would lead into this package, but rspack shows nothing else.
        const refusal = Object.assign(new Error(message), { stack: message })
        if (contextInfo.issuer === null) unsaid.add(refusal)
        throw refusal
      }
      for (const { name } of TARGETS) core.admissions.add(withTarget(id, name))
    })
  })
}
