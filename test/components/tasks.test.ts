import { hostTarget } from '../../compiler/index.ts'
import { describeTasks } from './tasks-suite.ts'

describeTasks(hostTarget()!.name, 1)
