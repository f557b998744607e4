import { ByteWriter, written } from './bytes.ts'
import type { ModuleText } from './module.ts'
import type { Space } from './space.ts'

type NameMap = ReadonlyMap<number, string>
type IndirectNameMap = ReadonlyMap<number, NameMap>

const MODULE = 0

/** The contents of the name section, empty where nothing has a name (spec: Appendix / Custom Sections). */
export function nameSection({ name, types, spaces, locals, labels }: ModuleText): Uint8Array {
  const w = new ByteWriter()
  if (name !== undefined) w.byte(MODULE).sized(written((inner) => inner.name(name)))
  direct(w, 1, spaces.func.names)
  indirect(w, 2, namesOf(locals))
  indirect(w, 3, labels)
  direct(w, 4, types.space.names)
  direct(w, 5, spaces.table.names)
  direct(w, 6, spaces.memory.names)
  direct(w, 7, spaces.global.names)
  direct(w, 8, spaces.elem.names)
  direct(w, 9, spaces.data.names)
  indirect(w, 10, namesOf(types.fields))
  direct(w, 11, spaces.tag.names)
  return w.view()
}

function namesOf(spaces: ReadonlyMap<number, Space>): IndirectNameMap {
  return new Map([...spaces].filter(([, { names }]) => names.size > 0).map(([index, { names }]) => [index, names]))
}

function direct(w: ByteWriter, id: number, names: NameMap): void {
  if (names.size > 0) w.byte(id).sized(written((inner) => nameMap(inner, names)))
}

function indirect(w: ByteWriter, id: number, maps: IndirectNameMap): void {
  if (maps.size === 0) return
  w.byte(id).sized(
    written((inner) => {
      inner.u32(maps.size)
      for (const [index, names] of maps) nameMap(inner.u32(index), names)
    }),
  )
}

/** Names by index, in its order. */
function nameMap(w: ByteWriter, names: NameMap): void {
  w.u32(names.size)
  for (const [index, name] of [...names].sort(([a], [b]) => a - b)) w.u32(index).name(name)
}
