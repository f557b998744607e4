import type { TargetName } from '../../compiler/index.ts'
import { DevFiles } from '../dev/server.ts'
import { Bundle } from './bundle.ts'
import { Sides, type Side } from './vite-environment.ts'
import type { Core } from '../core.ts'

/** What the hooks for modules and those for pages know in common. */
export class ViteState {
  readonly core: Core
  readonly sides = new Sides()
  readonly devFiles = new DevFiles()
  /** By name: the site's files, and the programs that server code knows the URLs of. */
  readonly site = { files: new Set<string>(), programs: new Map<string, string>() }
  readonly #bundles = new WeakMap<Side, Bundle>()

  constructor(core: Core) {
    this.core = core
  }

  /** What a build of an environment has imported. */
  bundleOf(side: Side): Bundle {
    return this.#bundles.get(side) ?? this.newBundle(side)
  }

  newBundle(side: Side): Bundle {
    const bundle = new Bundle()
    this.#bundles.set(side, bundle)
    return bundle
  }

  /** The targets of what names none, if an environment has targets of its own. */
  targetsOf({ name }: Side): readonly TargetName[] | undefined {
    return this.core.options.environments.get(name)?.targets
  }
}
