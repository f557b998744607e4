/** Tasks on all other systems that run here but Windows on arm64, whose fibers test/loaders does not have; and through C. */
import { describeTasks } from './tasks-suite.ts'

describeTasks('linux-x64', 2)
describeTasks('linux-arm64', 1)
describeTasks('linux-riscv64', 2)
describeTasks('darwin-x64', 1)
describeTasks('darwin-arm64', 1)
describeTasks('win32-x64', 1)
