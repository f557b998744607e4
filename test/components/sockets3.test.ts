import { describeSockets3 } from './sockets3-suite.ts'

describeSockets3('linux-x64', 1)
