/** Builds that run C compilers: what they need beside what all builds share. Loaded where a C compiler is wanted. */
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { withSteps, type StepContext } from './build.ts'
import { sumProfiles, type Profile } from './c/profile/profile.ts'
import { chosenLevel, DEFAULT_C_OPTIMIZE, type Level } from './levels.ts'
import { DEFAULT_CPU, parseCpu, parseOptimize, type BuildOptions, type Cpu, type Optimize } from './options.ts'
import type { Sources } from './sources.ts'
import type { Store } from './store.ts'
import { findToolchain, type Toolchain } from './toolchain/index.ts'
import { defaultJobs } from './toolchain/queue.ts'

/** Where compilers run. */
export interface BuildScratch {
  path: string
  /** The C runtime's directory from there, without anything of the path that could disturb a compiler or get into results. */
  runtime: string
}

/** What the steps of a build share, with what C compilers need. */
export interface BuildContext extends StepContext {
  toolchain: Toolchain
  optimize: Optimize
  cpu: Cpu
  launcher?: string
  profileGenerate: boolean
  profileUse?: Profile
  jobs: number
  /** A directory for this build's files, made at first use and removed at the end. */
  scratch(): Promise<BuildScratch>
}

/**
 * Runs `work` with everything that compiling C needs. When it fails or is aborted, all its compilers are stopped and its
 * files removed before this rejects.
 */
export async function withBuild<T>(
  options: BuildOptions,
  work: (context: BuildContext) => Promise<T>,
  level: Level = chosenLevel(parseOptimize(options.optimize ?? DEFAULT_C_OPTIMIZE)),
): Promise<T> {
  return withSteps(options, (context) => withCompilers(context, options, level, work))
}

/** The same within a build that is going on. */
export async function withCompilers<T>(
  context: StepContext,
  options: BuildOptions,
  { optimize, need }: Level,
  work: (context: BuildContext) => Promise<T>,
): Promise<T> {
  const { store, sources } = context
  const { toolchain: wanted, signal } = options
  const toolchain = await findToolchain({ toolchain: wanted, cacheDir: store.dir, signal, need })
  let scratch: Promise<BuildScratch> | undefined
  try {
    return await work({
      ...context,
      toolchain,
      optimize,
      cpu: parseCpu(options.cpu ?? DEFAULT_CPU),
      launcher: options.launcher,
      profileGenerate: options.profileGenerate ?? false,
      profileUse: sumProfiles(options.profileUse ?? []),
      jobs: options.jobs ?? defaultJobs(),
      scratch: () => (scratch ??= prepareScratch(store, sources)),
    })
  } finally {
    const dir = await scratch?.catch(() => undefined)
    if (dir !== undefined) await store.discard(dir.path)
  }
}

async function prepareScratch(store: Store, { runtime }: Sources): Promise<BuildScratch> {
  const path = await store.scratch()
  // A junction needs no rights on Windows, and is what a link is elsewhere.
  const linked = await symlink(runtime, join(path, 'runtime'), 'junction').then(
    () => true,
    () => false,
  )
  return { path, runtime: linked ? 'runtime' : runtime }
}
