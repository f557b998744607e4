/** Sockets of components on all other systems that run here, and through C. */
import { describeSockets } from './sockets-suite.ts'
import { describeSockets3 } from './sockets3-suite.ts'

for (const describeAll of [describeSockets, describeSockets3]) {
  describeAll('linux-x64', 2)
  describeAll('linux-arm64', 1)
  describeAll('linux-riscv64', 2)
  describeAll('win32-x64', 1)
}
