/** Numbers from a seed: Marsaglia's xorshift, so that a number is all it takes to make a module again. */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 8
  }
  for (let i = 0; i < 8; i++) next()
  return next
}

export function randomBytes(seed: number): Uint8Array {
  const next = randomNumbers(seed)
  const size = 400 + (next() % 6000)
  return Uint8Array.from({ length: size }, () => next() & 0xff)
}
