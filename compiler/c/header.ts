import type { Scope } from './scope.ts'
export function header(scope: Scope, file: string): string {
  return `/* ${file} ${scope.symbol} */\n`
}
