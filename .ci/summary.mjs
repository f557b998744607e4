// Prints `N passed, N failed, N skipped`, summed over the JSON reports of vitest and of the official scripts' runner. Exit code 1 if anything failed, a report is
// missing, or nothing ran. A file that could not even be loaded counts as one failure.
import { readFileSync } from 'node:fs'

let passed = 0
let failed = 0
let skipped = 0
for (const file of process.argv.slice(2)) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    if (report.testResults === undefined) {
      passed += report.passed
      failed += report.failed
      skipped += report.skipped
      continue
    }
    passed += report.numPassedTests
    failed += report.numFailedTests
    skipped += report.numPendingTests + report.numTodoTests
    for (const suite of report.testResults) {
      if (suite.status === 'failed' && suite.assertionResults.every(({ status }) => status !== 'failed')) failed++
    }
  } catch (error) {
    console.error(`no report: ${error.message}`)
    failed++
  }
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
