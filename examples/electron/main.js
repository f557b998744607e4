import { spawn } from 'unplugin-wasm-exe/node'
import hello from './hello.wat?exe'

/** What the program says. */
export async function greeting() {
  let text = ''
  for await (const chunk of spawn(hello).stdout) text += chunk
  return text
}

if (process.versions.electron) {
  const { app, dialog } = await import('electron')
  await app.whenReady()
  await dialog.showMessageBox({ message: await greeting() })
  app.quit()
}
