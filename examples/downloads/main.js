import { pick } from 'unplugin-wasm-exe/browser'
import hello from './hello.wat?exe'

/** Archives keep the executable bit; the development server has executables alone. */
function point(link, file) {
  link.href = file.archive?.url ?? file.url
  link.download = file.archive?.fileName ?? file.download
}

const yours = await pick(hello)
if (yours) {
  const link = document.querySelector('#yours')
  point(link, yours)
  link.hidden = false
}
for (const file of Object.values(hello.targets)) {
  const link = document.createElement('a')
  link.textContent = file.target
  point(link, file)
  const item = document.createElement('li')
  item.append(link)
  document.querySelector('#all').append(item)
}
