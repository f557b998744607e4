/** What the executables for Windows show of themselves, and whether they have a console. */
import { iconResources } from './image/icon.ts'
import { withResources } from './image/pe-resources.ts'
import { RESOURCE, type Resource } from './image/resources.ts'
import { versionResource } from './image/version-info.ts'
import { checkKeys, optionError } from './options.ts'
import { printable } from './printable.ts'

export interface WindowsOptions {
  /** An .ico file, or a PNG image of at most 256 × 256 pixels: its path, or its bytes. */
  icon?: string | Uint8Array
  /** '1.2.3', '1.2.3.4' or '1.2.3-beta.1'. */
  version?: string
  productName?: string
  companyName?: string
  /** A manifest's XML, or the path of a file with it; false: none. Default: no elevation, UTF-8, long paths. */
  manifest?: string | false
  /** false: Windows opens no console for the program. Default true. */
  console?: boolean
}

/** {@link WindowsOptions} with contents in the place of paths. */
export interface WindowsContents extends WindowsOptions {
  icon?: Uint8Array
}

const WORDS = ['icon', 'version', 'productName', 'companyName', 'manifest', 'console'] as const
const VERSION = /^(\d{1,5}(?:\.\d{1,5}){0,3})(?:[-+][\w.+-]+)?$/
/** Characters; a block of the version's resource holds 64 KiB at most. */
const MAX_TEXT = 1000

/** What runs unasked for, in UTF-8, with paths of any length, as Windows 10 and 11 know them. */
const MANIFEST = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
    </windowsSettings>
  </application>
</assembly>
`

/** Rejects what no executable could hold. @throws CompileError */
export function checkWindows(options: WindowsOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError('windows is no object', "write windows: { icon: 'app.ico' }")
  }
  checkKeys('windows', options, WORDS)
  const { icon, version, productName, companyName, manifest, console: hasConsole } = options
  if (icon !== undefined && !(icon instanceof Uint8Array) && !isText(icon))
    throw optionError('windows.icon is neither a path nor bytes', "write icon: 'app.ico'")
  if (version !== undefined) versionNumbers(version)
  for (const [name, text] of Object.entries({ productName, companyName })) {
    if (text === undefined || isText(text)) continue
    throw optionError(`windows.${name} is no text of 1 to ${MAX_TEXT} characters on one line`)
  }
  if (manifest !== undefined && manifest !== false && (typeof manifest !== 'string' || manifest === ''))
    throw optionError(
      'windows.manifest is neither XML, the path of a file, nor false',
      "write manifest: 'app.manifest'",
    )
  if (hasConsole !== undefined && typeof hasConsole !== 'boolean')
    throw optionError(
      'windows.console is not true or false',
      'write console: false for a program with windows of its own',
    )
}

const isText = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text.length <= MAX_TEXT && !/\p{Cc}/u.test(text)

/** Whether a manifest is given by its text. */
export const isXml = (manifest: string): boolean => /^\ufeff?\s*</.test(manifest)

/** The numbers that a version begins with. @throws CompileError */
function versionNumbers(version: string): number[] {
  const [, numbers] = (typeof version === 'string' && version.length <= MAX_TEXT && VERSION.exec(version)) || []
  const parts = numbers?.split('.').map(Number)
  if (parts?.every((part) => part < 0x10000)) return parts
  throw optionError(
    `windows.version: ${JSON.stringify(version)} is no version`,
    'write one to four numbers below 65536, and what follows a hyphen: "1.2.3" or "1.2.3-beta.1"',
  )
}

/** A finished PE file with what the options say. @param name the program's. @throws CompileError */
export function finishWindows(file: Uint8Array, name: string, options: WindowsContents): Uint8Array {
  const { icon, manifest = MANIFEST, console: hasConsole = true } = options
  const resources: Resource[] = icon === undefined ? [] : icons(icon)
  const version = versionOf(name, options)
  if (version !== undefined) resources.push(version)
  if (manifest !== false) {
    if (!isXml(manifest) || !manifest.includes('<assembly'))
      throw optionError('windows.manifest is no manifest: it has no <assembly>', 'leave it out to have the usual one')
    resources.push({ type: RESOURCE.MANIFEST, id: 1, bytes: new TextEncoder().encode(manifest) })
  }
  return withResources(file, resources, hasConsole)
}

function icons(icon: Uint8Array): Resource[] {
  try {
    return iconResources(icon)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw optionError(`windows.icon cannot be used: ${cause.message}`, 'save it as an .ico file, or as PNG', cause)
  }
}

/** undefined: nothing is known. */
function versionOf(file: string, { version, productName, companyName }: WindowsContents): Resource | undefined {
  if ([version, productName, companyName].every((text) => text === undefined)) return undefined
  // Not everybody who names a module means what a person reads of the program.
  const name = printable(file).slice(0, MAX_TEXT)
  return versionResource(version === undefined ? [] : versionNumbers(version), {
    ...(companyName !== undefined && { CompanyName: companyName }),
    FileDescription: productName ?? name,
    ...(version !== undefined && { FileVersion: version }),
    InternalName: name,
    OriginalFilename: `${name}.exe`,
    ProductName: productName ?? name,
    ...(version !== undefined && { ProductVersion: version }),
  })
}
