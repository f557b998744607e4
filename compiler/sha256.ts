/**
 * SHA-256 (FIPS 180-4). Browsers have it only as a promise, and linking is no reason to wait; a package for it would weigh
 * more than all of the linker.
 */

/** Gives the same, sooner. */
export type Digest = (bytes: Uint8Array) => Uint8Array

let system: Digest | undefined

/** Where the system has SHA-256 that answers at once, {@link sha256} is that. */
export function useDigest(digest: Digest): void {
  system = digest
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of 8. */
let fractions: ReturnType<typeof findFractions> | undefined

function findFractions(): { constants: Int32Array; initial: Int32Array } {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  const fraction = (n: number, root: bigint): number => {
    // The largest integer whose power is at most n·2^(32·root).
    const wanted = BigInt(n) << (32n * root)
    let low = 0n
    let high = 1n << 40n
    while (high - low > 1n) {
      const middle = (low + high) >> 1n
      if (middle ** root <= wanted) low = middle
      else high = middle
    }
    return Number(BigInt.asIntN(32, low))
  }
  return {
    constants: Int32Array.from(primes, (prime) => fraction(prime, 3n)),
    initial: Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n)),
  }
}

const schedule = new Int32Array(64)

export const sha256: Digest = (bytes) => (system ?? compute)(bytes)

function compute(bytes: Uint8Array): Uint8Array {
  const { constants, initial } = (fractions ??= findFractions())
  const state = Int32Array.from(initial)
  const whole = bytes.length - (bytes.length % 64)
  for (let at = 0; at < whole; at += 64) addBlock(state, bytes, at, constants)
  const rest = bytes.length - whole
  const last = new Uint8Array(rest < 56 ? 64 : 128)
  last.set(bytes.subarray(whole))
  last[rest] = 0x80
  const length = new DataView(last.buffer)
  length.setUint32(last.length - 8, Math.floor(bytes.length / 2 ** 29), false)
  length.setUint32(last.length - 4, bytes.length << 3, false)
  for (let at = 0; at < last.length; at += 64) addBlock(state, last, at, constants)
  const out = new Uint8Array(32)
  state.forEach((word, index) => new DataView(out.buffer).setInt32(index * 4, word, false))
  return out
}

function addBlock(state: Int32Array, bytes: Uint8Array, at: number, k: Int32Array): void {
  const w = schedule
  for (let i = 0, p = at; i < 16; i++, p += 4)
    w[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3]
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]
    const y = w[i - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  let f = state[5]
  let g = state[6]
  let h = state[7]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}
