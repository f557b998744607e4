/** Where the official scripts of the component model are: $COMPONENT_TESTSUITE, else beside the repository. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../../shared/component-model-testsuite', import.meta.url))

export const componentSuiteDir = [process.env.COMPONENT_TESTSUITE, beside].find(
  (dir) => dir !== undefined && existsSync(dir),
)

/** Said where the scripts are missing. */
export const HOW_TO_GET_COMPONENTS =
  'clone https://github.com/WebAssembly/component-model and set COMPONENT_TESTSUITE to the path of its folder test'

/** Before the names of these scripts, where there are others too. */
export const COMPONENTS = 'components/'

/** In the order in which they are reported. */
export const COMPONENT_GROUPS = ['binary', 'validation', 'linking', 'resources', 'values', 'async'] as const
export type ComponentGroup = (typeof COMPONENT_GROUPS)[number]
