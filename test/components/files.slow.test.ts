/** Files of WASI 0.3 on all other systems that run here, and through C. */
import { describeFiles } from './files-suite.ts'

describeFiles('linux-x64', 2)
describeFiles('linux-arm64', 1)
describeFiles('linux-riscv64', 2)
describeFiles('darwin-x64', 1)
describeFiles('darwin-arm64', 1)
describeFiles('win32-x64', 1)
