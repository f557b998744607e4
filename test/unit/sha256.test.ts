import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '../../compiler/sha256.ts'

test('SHA-256 is that of Node, whatever the length leaves of the last block', () => {
  for (const length of [...Array(260).keys(), 16384, 1 << 20]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
    expect(Buffer.from(sha256(bytes)).toString('hex'), `${length} bytes`).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
  }
})
