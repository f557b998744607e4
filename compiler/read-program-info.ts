/** Reads what an executable says about itself. The file may be anybody's: nothing of it is taken for granted. */
import { BACKENDS, OPTIMIZE_LEVELS } from './options.ts'
import { USUAL, USUAL_GRANTS, type ProgramInfo } from './program-info.ts'

/** @throws SyntaxError for what is no JSON, TypeError for JSON that says something else: its message names what */
export function decodeProgramInfo(json: string): ProgramInfo {
  const info = JSON.parse(json) as ProgramInfo
  if (!isObject(info)) throw new TypeError('it is no object')
  const whole = {
    ...USUAL,
    ...info,
    grants: { ...USUAL_GRANTS, ...(info.grants === undefined ? {} : object(info.grants, 'grants')) },
  }
  if (Number.isInteger(whole.version) && whole.version > USUAL.version)
    throw new TypeError(`it is of the format ${whole.version}, which a newer version of wasm-exe writes`)
  SHAPE(whole, '')
  return whole
}

/** Throws unless a value has a shape. @param path where it stands, for messages */
type Shape = (value: unknown, path: string) => void

const is =
  (what: string, check: (value: unknown) => boolean): Shape =>
  (value, path) => {
    if (!check(value)) throw new TypeError(`${path} is no ${what}`)
  }
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const string = is('string', (value) => typeof value === 'string')
const flag = is('true or false', (value) => typeof value === 'boolean')
const count = is('number of things', (value) => Number.isSafeInteger(value) && (value as number) >= 0)
const oneOf = (...values: unknown[]) => is(`one of ${values.join(', ')}`, (value) => values.includes(value))

function object(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) throw new TypeError(`${path} is no object`)
  return value
}

const list =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) throw new TypeError(`${path} is no list`)
    value.forEach((item, index) => shape(item, `${path}[${index}]`))
  }

/** An object with these fields at least. */
const fields =
  (shapes: Record<string, Shape>): Shape =>
  (value, path) => {
    const known = object(value, path)
    for (const [name, shape] of Object.entries(shapes)) shape(known[name], path === '' ? name : `${path}.${name}`)
  }

/** An object with any fields of one shape. */
const record =
  (shape: Shape): Shape =>
  (value, path) => {
    for (const [name, field] of Object.entries(object(value, path))) shape(field, `${path}[${JSON.stringify(name)}]`)
  }

const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined || shape(value, path)

const SHAPE = fields({
  version: oneOf(USUAL.version),
  name: string,
  wasm: fields({ bytes: count, integrity: string }),
  libraries: optional(list(fields({ name: string, bytes: count, integrity: string }))),
  imports: record(list(string)),
  grants: fields({
    dirs: list(
      fields({ guest: string, host: string, readOnly: flag, whenAbsent: optional(oneOf('optional', 'create')) }),
    ),
    env: list(fields({ name: string, value: (value, path) => value === null || string(value, path) })),
    args: fields({ fixed: list(string), pass: flag }),
    listen: list(string),
    connect: list(string),
    resolve: list(string),
  }),
  heapMax: optional(count),
  embedded: list(fields({ guest: string, files: count, bytes: count, integrity: string })),
  profile: optional(string),
  backend: oneOf(...BACKENDS),
  toolchain: fields({ name: string, version: string }),
  optimize: oneOf(...OPTIMIZE_LEVELS),
})
