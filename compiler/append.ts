/** As `list.push(...items)`, which takes as many items as there is stack: what a module decides the count of may be more. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item)
}
