export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function geomean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** A ratio of medians with what the single rounds gave: [lowest, highest]. */
export interface Ratio {
  ratio: number
  spread: [number, number]
}

/** Ours divided by theirs; both measured in the same rounds, in the same order. */
export function compare(ours: readonly number[], theirs: readonly number[]): Ratio {
  const rounds = ours.map((value, round) => value / theirs[round])
  return { ratio: median(ours) / median(theirs), spread: [Math.min(...rounds), Math.max(...rounds)] }
}
