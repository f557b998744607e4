import { expect, test } from 'vitest'
import { CompileError } from '../../compiler/errors.ts'

test('the message says file, place, what and the next step', () => {
  const error = new CompileError('type mismatch: expected i32, got f64', {
    code: 'invalid',
    file: 'hello.wasm',
    offset: 0x1a2b,
    functionIndex: 12,
    functionName: 'parse',
    hint: 'report it',
  })
  expect(error.message).toBe(
    'hello.wasm: invalid module at 0x1a2b in func[12] $parse: type mismatch: expected i32, got f64\n  report it',
  )
  expect(error).toMatchObject({ name: 'CompileError', reason: 'type mismatch: expected i32, got f64' })
})

test('what is not known is left out', () => {
  expect(new CompileError('the disk is full', { code: 'disk' }).message).toBe('the disk is full')
  expect(new CompileError('not found', { code: 'input', file: 'a.wasm' }).message).toBe('a.wasm: not found')
  expect(new CompileError('imports env.foo', { code: 'imports', file: 'a.wasm', offset: 25 }).message).toBe(
    'a.wasm+0x19: imports env.foo',
  )
})

test('details can be added on the way up; the cause stays', () => {
  const cause = new Error('EIO')
  const error = new CompileError('unexpected end', { code: 'malformed', offset: 4, cause }).with({ file: 'a.wasm' })
  expect(error.message).toBe(
    'a.wasm: malformed module at 0x4: unexpected end\n' +
      '  the file is damaged or cut short: build it or download it again',
  )
  expect(error.cause).toBe(cause)
})
