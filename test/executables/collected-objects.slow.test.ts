/** Programs with garbage collection, where they run under an emulator or a loader. */
import { describeObjectPrograms } from './object-programs.ts'

describeObjectPrograms('linux-arm64', [2])
for (const target of ['linux-riscv64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64'])
  describeObjectPrograms(target)
