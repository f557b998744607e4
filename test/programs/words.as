// Counts words on standard input, in AssemblyScript: strings, maps, sorting, exceptions that abort.
let chunk = new ArrayBuffer(1024)
let text = ''
for (;;) {
  const size = process.stdin.read(chunk)
  if (size <= 0) break
  text += String.UTF8.decodeUnsafe(changetype<usize>(chunk), size)
}
const counts = new Map<string, i32>()
const words = text.split(' ')
for (let i = 0; i < words.length; i++) {
  const word = words[i].trim()
  if (word.length == 0) continue
  counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1)
}
const keys = counts.keys().sort()
for (let i = 0; i < keys.length; i++) console.log(keys[i] + ' ' + counts.get(keys[i]).toString())
console.log((0.1 + 0.2).toString() + ' ' + i64.MAX_VALUE.toString())
if (process.argv.length > 1) {
  if (process.argv[1] == 'throw') throw new Error('as asked')
  process.exit(<i32>parseInt(process.argv[1]))
}
