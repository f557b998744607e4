/**
 * Suites that build with many versions and tools take an hour and more: `npm run test:slow` runs a seventh of them each
 * day of the week, `npm run test:matrix` all.
 */
const all = process.env.WASM_EXE_TEST_ALL_DAYS !== undefined

/** Why the row of a suite is left out today, as the end of its test's name; empty if it is not. */
export function otherDay(index: number): string {
  return all || index % 7 === new Date().getUTCDay() ? '' : ' (skipped: another day’s; needs npm run test:matrix)'
}
