import { describe, expect, test } from 'vitest'
import { CompileError } from '../../compiler/index.ts'
import { printable, printableJson, printableText } from '../../compiler/printable.ts'

test.each([
  ['/home\x1b[2K\r/tmp', '/home\\u{1b}[2K\\u{d}/tmp'],
  ['a\nb\tc\x7f', 'a\\u{a}b\\u{9}c\\u{7f}'],
  ['\u009b2J', '\\u{9b}2J'],
  ['evil\u202egpj.exe\u2066\u200b', 'evil\\u{202e}gpj.exe\\u{2066}\\u{200b}'],
  ['\u2028\ud800\u{e0041}', '\\u{2028}\\u{d800}\\u{e0041}'],
  ['a\u3164b\u115fc\u2800d', 'a\\u{3164}b\\u{115f}c\\u{2800}d'],
  ['\ufe0f\u{e0100}\u034f\u2065', '\\u{fe0f}\\u{e0100}\\u{34f}\\u{2065}'],
  ['\u2003\u00a0\u3000\ue000\u0378', '\\u{2003}\\u{a0}\\u{3000}\\u{e000}\\u{378}'],
  ['Grüße, 世界 🎉 $f[0].x', 'Grüße, 世界 🎉 $f[0].x'],
])('%j', (name, shown) => {
  expect(printable(name)).toBe(shown)
})

test('texts keep their lines', () => {
  expect(printableText('a\n\tb\x1b')).toBe('a\n\tb\\u{1b}')
})

test('JSON stays what it says', () => {
  const value = { 'k\u009b': 'a\u202e\u{e0041}\x7f\n', big: 2n }
  const text = printableJson(value)
  expect(text).toMatch(/^[\x20-\x7e]*$/)
  expect(JSON.parse(text)).toEqual({ ...value, big: 2 })
})

describe('errors show what they are about', () => {
  test('in every part of theirs', () => {
    const details = {
      code: 'invalid',
      file: 'a\n.wasm',
      functionName: 'f\x1b',
      functionIndex: 1,
      offset: 2,
      hint: 'h\x9b',
    }
    const { message, reason } = new CompileError('r\u202e', details)
    expect(message).toBe('a\\u{a}.wasm: invalid module at 0x2 in func[1] $f\\u{1b}: r\\u{202e}\n  h\\u{9b}')
    expect(reason).toBe('r\\u{202e}')
  })

  test('on one line, as a name may have line ends', () => {
    const { message } = new CompileError('"dep" asks for a\n\n✓ built', { code: 'option', hint: 'allow b\r\nc' })
    expect(message).toBe('"dep" asks for a\\u{a}\\u{a}✓ built\n  allow b\\u{d}\\u{a}c')
  })

  test('unless lines of a file or a compiler are quoted', () => {
    const { message } = new CompileError('odd\n(module\x1b', { code: 'text', hint: 'a\nb' })
    expect(message).toBe('odd\n(module\\u{1b}\n  a\nb')
  })
})
