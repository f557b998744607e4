/** A longer copy of a typed array. */
export function grown<T extends Uint8Array | Int8Array | Int32Array | Float64Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array)
  return larger
}
