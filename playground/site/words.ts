/** Splits a line into arguments at blanks; quotes hold an argument together: `a "b c" ''`. */
export function splitWords(line: string): string[] {
  const words: string[] = []
  for (const match of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    words.push(match[0].replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}
