/** Modules that are large in one respect, as bytes: each is written for a size, and is valid up to the limit it names. */

/** Bytes that grow; integers as LEB128. */
export class Bytes {
  #bytes = new Uint8Array(1 << 16)
  size = 0

  byte(...values: number[]): this {
    for (const value of values) this.#room(1)[this.size++] = value
    return this
  }

  u32(value: number): this {
    for (; value > 0x7f; value >>>= 7) this.byte((value & 0x7f) | 0x80)
    return this.byte(value)
  }

  /** Of a signed integer of 32 bits. */
  s32(value: number): this {
    for (; value < -64 || value > 63; value >>= 7) this.byte((value & 0x7f) | 0x80)
    return this.byte(value & 0x7f)
  }

  text(text: string): this {
    return this.vector(Buffer.from(text))
  }

  vector(bytes: Uint8Array): this {
    return this.u32(bytes.length).append(bytes)
  }

  append(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes, this.size)
    this.size += bytes.length
    return this
  }

  repeat(count: number, write: (b: Bytes, i: number) => void): this {
    for (let i = 0; i < count; i++) write(this, i)
    return this
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.size)
  }

  #room(more: number): Uint8Array {
    if (this.size + more > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.size + more))
      larger.set(this.#bytes.subarray(0, this.size))
      this.#bytes = larger
    }
    return this.#bytes
  }
}

const ID = {
  type: 1,
  import: 2,
  func: 3,
  table: 4,
  memory: 5,
  tag: 13,
  global: 6,
  export: 7,
  elem: 9,
  count: 12,
  code: 10,
  data: 11,
}
type Section = keyof typeof ID
type Write = (b: Bytes) => void

/** What a module is made of beside what makes it a program: `_start` is function 0 unless there are imports, of type 0. */
interface Parts extends Partial<Record<Section, Write>> {
  /** The body of `_start` with its locals, without the `end`. */
  start?: Write
}

/** A program, its sections in order; those that `parts` gives hold all of theirs. */
function program(parts: Parts): Uint8Array {
  const sections: Parts = {
    type: (b) => b.u32(1).byte(0x60, 0, 0),
    func: (b) => b.u32(1).u32(0),
    memory: (b) => b.u32(1).byte(0, 1),
    export: (b) => exported(b.u32(1), '_start', 0, 0),
    code: (b) => body(b.u32(1), parts.start ?? noLocals),
    ...parts,
  }
  const module = new Bytes().append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  for (const [name, id] of Object.entries(ID)) {
    const write = sections[name as Section]
    if (!write) continue
    const contents = new Bytes()
    write(contents)
    module.byte(id).vector(contents.done())
  }
  return module.done().slice()
}

const noLocals: Write = (b) => b.byte(0)

function body(b: Bytes, write: Write): void {
  const code = new Bytes()
  write(code)
  b.vector(code.byte(END).done())
}

const entriesFor = (imports: number): number => Math.min(16 * imports, 1 << 20)

/** Tables and functions that nobody defines, and a function for each that is exported. */
export const strangers = (size: number): Uint8Array =>
  program({
    import: (b) =>
      b
        .u32(2 * size)
        .repeat(size, (b) => b.text('env').text('__indirect_function_table').byte(1, 0x70, 0, 0))
        .repeat(size, (b) => b.text('wasi').text('thread-spawn').byte(0, 0)),
    export: (b) => exported(b.u32(size), '_start', 0, size).repeat(size - 1, (b, i) => exported(b, `${i}`, 0, size)),
  })

const exported = (b: Bytes, name: string, kind: number, index: number): Bytes => b.text(name).byte(kind).u32(index)

const I32 = 0x7f
const END = 0x0b
const FUNC = 0x60
const VOID = 0x40
const i32Const = (b: Bytes, value: number): Bytes => b.byte(0x41).s32(value)

/** A function of one type with the instructions that come after `0` bytes of locals. */
const straight = (size: number, write: (b: Bytes, i: number) => void): Uint8Array =>
  program({ start: (b) => b.byte(0).repeat(size, write) })

/** `open` size times, `close` as often. */
const nested = (size: number, open: Write, close: Write, before: Write = () => {}): Uint8Array =>
  program({
    start: (b) => {
      before(b.byte(0))
      b.repeat(size, open).repeat(size, close)
    },
  })

export interface Bomb {
  kind: string
  make: (size: number) => Uint8Array
  /** The size at which it is refused, one more than the limit; undefined where bytes of bodies or modules are the limit. */
  limit?: number
  /** What it is refused with beyond the limit. */
  says?: RegExp
  /** One is as large as so many of other kinds. */
  weight?: number
}

export const BOMBS: Bomb[] = [
  {
    kind: 'types',
    limit: 1_000_000,
    make: (size) =>
      program({
        type: (b) =>
          b
            .u32(size)
            .byte(FUNC, 0, 0)
            .repeat(size - 1, (b, i) => typeNumber(b, i)),
      }),
  },
  {
    // Written out, the last type is 2^size letters long.
    kind: 'types of types of types',
    make: (size) =>
      program({
        type: (b) =>
          b
            .u32(size)
            .byte(FUNC, 0, 0)
            .repeat(size - 1, (b, i) => b.byte(FUNC, 2, 0x63).s32(i).byte(0x63).s32(i).byte(0)),
      }),
  },
  {
    kind: 'parameters',
    limit: 1000,
    make: (size) =>
      program({
        type: (b) =>
          b
            .u32(2)
            .byte(FUNC, 0, 0, FUNC)
            .u32(size)
            .repeat(size, (b) => b.byte(I32))
            .u32(0),
      }),
  },
  {
    kind: 'imports',
    limit: 1_000_000,
    make: (size) =>
      program({
        import: (b) => b.u32(size).repeat(size, (b) => b.text('wasi_snapshot_preview1').text('sched_yield').byte(0, 1)),
        type: (b) => b.u32(2).byte(FUNC, 0, 0, FUNC, 0, 1, I32),
        export: (b) => exported(b.u32(1), '_start', 0, size),
      }),
  },
  {
    kind: 'functions',
    limit: 1_000_000,
    make: (size) =>
      program({
        func: (b) => b.u32(size).repeat(size, (b) => b.byte(0)),
        code: (b) => b.u32(size).repeat(size, (b) => b.byte(2, 0, END)),
      }),
  },
  {
    kind: 'imports in a table',
    make: (size) =>
      program({
        import: (b) => b.u32(size).repeat(size, (b) => b.text('wasi_snapshot_preview1').text('sched_yield').byte(0, 1)),
        type: (b) => b.u32(2).byte(FUNC, 0, 0, FUNC, 0, 1, I32),
        table: (b) => b.u32(1).byte(0x70, 0).u32(entriesFor(size)),
        export: (b) => exported(b.u32(1), '_start', 0, size),
        elem: (b) =>
          i32Const(b.u32(1).u32(0), 0)
            .byte(END)
            .u32(entriesFor(size))
            .repeat(entriesFor(size), (b, i) => b.u32(Math.max(0, size - 1 - (i % 64)))),
      }),
  },
  {
    kind: 'functions of the greatest number of locals',
    weight: 20,
    make: (size) =>
      program({
        func: (b) => b.u32(size).repeat(size, (b) => b.byte(0)),
        code: (b) => b.u32(size).repeat(size, (b) => body(b, (b) => b.byte(1).u32(50_000).byte(I32))),
      }),
  },
  {
    kind: 'locals',
    limit: 50_000,
    make: (size) => program({ start: (b) => b.byte(1).u32(size).byte(I32) }),
  },
  {
    kind: 'locals in groups of one',
    limit: 50_000,
    make: (size) => program({ start: (b) => b.u32(size).repeat(size, (b, i) => b.byte(1, i % 2 ? I32 : 0x7c)) }),
  },
  {
    kind: 'locals that are used',
    limit: 50_000,
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(1)
            .u32(size)
            .byte(I32)
            .repeat(size, (b, i) =>
              b
                .byte(0x20)
                .u32(i)
                .byte(0x21)
                .u32((i * 7) % size),
            ),
      }),
  },
  {
    kind: 'tables',
    limit: 100_000,
    make: (size) => program({ table: (b) => b.u32(size).repeat(size, (b) => b.byte(0x70, 0, 1)) }),
  },
  {
    kind: 'entries of a table',
    make: (size) => program({ table: (b) => b.u32(1).byte(0x70, 0).u32(size) }),
  },
  {
    kind: 'memories',
    limit: 100,
    make: (size) => program({ memory: (b) => b.u32(size).repeat(size, (b) => b.byte(0, 0)) }),
  },
  {
    kind: 'tags',
    limit: 1_000_000,
    make: (size) => program({ tag: (b) => b.u32(size).repeat(size, (b) => b.byte(0, 0)) }),
  },
  {
    kind: 'globals',
    limit: 1_000_000,
    make: (size) =>
      program({ global: (b) => b.u32(size).repeat(size, (b, i) => i32Const(b.byte(I32, 1), i + 1).byte(END)) }),
  },
  {
    kind: 'constant globals',
    limit: 1_000_000,
    make: (size) =>
      program({ global: (b) => b.u32(size).repeat(size, (b, i) => i32Const(b.byte(I32, 0), i + 1).byte(END)) }),
  },
  {
    kind: 'globals that are each the one before',
    limit: 1_000_000,
    make: (size) =>
      program({
        global: (b) =>
          i32Const(b.u32(size).byte(I32, 0), 7)
            .byte(END)
            .repeat(size - 1, (b, i) => b.byte(I32, 0, 0x23).u32(i).byte(END)),
      }),
  },
  {
    kind: 'globals that are used',
    limit: 1_000_000,
    make: (size) =>
      program({
        global: (b) => b.u32(size).repeat(size, (b, i) => i32Const(b.byte(I32, 1), i + 1).byte(END)),
        start: (b) =>
          b.byte(0).repeat(size, (b, i) =>
            b
              .byte(0x23)
              .u32(i)
              .byte(0x24)
              .u32((i * 7) % size),
          ),
      }),
  },
  {
    kind: 'exports of one function',
    limit: 1_000_000,
    make: (size) =>
      program({
        export: (b) => exported(b.u32(size), '_start', 0, 0).repeat(size - 1, (b, i) => exported(b, `f${i}`, 0, 0)),
      }),
  },
  {
    kind: 'exports of functions',
    limit: 1_000_000,
    make: (size) =>
      program({
        func: (b) => b.u32(size).repeat(size, (b) => b.byte(0)),
        code: (b) => b.u32(size).repeat(size, (b) => b.byte(2, 0, END)),
        export: (b) => exported(b.u32(size), '_start', 0, 0).repeat(size - 1, (b, i) => exported(b, `f${i}`, 0, i + 1)),
      }),
  },
  {
    kind: 'exports of globals',
    limit: 1_000_000,
    make: (size) =>
      program({
        global: (b) => b.u32(size).repeat(size, (b, i) => i32Const(b.byte(I32, 1), i + 1).byte(END)),
        export: (b) => exported(b.u32(size), '_start', 0, 0).repeat(size - 1, (b, i) => exported(b, `g${i}`, 3, i)),
      }),
  },
  {
    kind: 'element segments',
    limit: 10_000_000,
    make: (size) =>
      program({
        table: (b) => b.u32(1).byte(0x70, 0, 1),
        elem: (b) => b.u32(size).repeat(size, (b) => i32Const(b.byte(0), 0).byte(END, 1, 0)),
      }),
  },
  {
    kind: 'elements of a segment',
    limit: 10_000_000,
    make: (size) =>
      program({
        table: (b) => b.u32(1).byte(0x70, 0).u32(size),
        elem: (b) =>
          i32Const(b.u32(1).byte(0), 0)
            .byte(END)
            .u32(size)
            .repeat(size, (b) => b.byte(0)),
      }),
  },
  {
    kind: 'elements that are expressions',
    limit: 10_000_000,
    make: (size) =>
      program({
        table: (b) => b.u32(1).byte(0x70, 0).u32(size),
        elem: (b) =>
          i32Const(b.u32(1).byte(4), 0)
            .byte(END)
            .u32(size)
            .repeat(size, (b) => b.byte(0xd2, 0, END)),
      }),
  },
  {
    kind: 'elements of a table that is written',
    limit: 10_000_000,
    make: (size) =>
      program({
        table: (b) => b.u32(1).byte(0x70, 0).u32(size),
        elem: (b) =>
          i32Const(b.u32(1).byte(0), 0)
            .byte(END)
            .u32(size)
            .repeat(size, (b) => b.byte(0)),
        start: (b) => i32Const(b.byte(0), 0).byte(0xd0, 0x70, 0x26, 0),
      }),
  },
  {
    kind: 'data segments',
    limit: 100_000,
    make: (size) =>
      program({
        memory: (b) => b.u32(1).byte(0).u32(4096),
        data: (b) =>
          b.u32(size).repeat(size, (b, i) =>
            i32Const(b.byte(0), i * 5)
              .byte(END)
              .byte(1, 0x61),
          ),
      }),
  },
  {
    kind: 'data segments far from each other',
    limit: 100_000,
    make: (size) =>
      program({
        memory: (b) => b.u32(1).byte(0).u32(65_536),
        data: (b) =>
          b.u32(size).repeat(size, (b, i) =>
            i32Const(b.byte(0), (i * 40_000) | 0)
              .byte(END)
              .byte(1, 0x61),
          ),
      }),
  },
  {
    kind: 'data segments over each other',
    limit: 100_000,
    make: (size) =>
      program({
        data: (b) =>
          b.u32(size).repeat(size, (b, i) =>
            i32Const(b.byte(0), i % 9)
              .byte(END)
              .byte(2, 0x61, i & 63),
          ),
      }),
  },
  {
    kind: 'passive data segments',
    limit: 100_000,
    make: (size) =>
      program({
        count: (b) => b.u32(size),
        data: (b) => b.u32(size).repeat(size, (b) => b.byte(1, 1, 0x61)),
        start: (b) => b.byte(0).repeat(size, (b, i) => b.byte(0xfc, 9).u32(i)),
      }),
  },
  {
    kind: 'labels of a branch table',
    limit: 65_520,
    make: (size) =>
      program({
        start: (b) =>
          i32Const(b.byte(0), 5)
            .byte(0x0e)
            .u32(size)
            .repeat(size, (b) => b.byte(0))
            .byte(0),
      }),
  },
  {
    kind: 'branch tables',
    make: (size) =>
      straight(size, (b) =>
        i32Const(b.byte(2, VOID), 5)
          .byte(0x0e)
          .u32(40)
          .repeat(40, (b, i) => b.byte(i % 2))
          .byte(0, END),
      ),
  },
  {
    kind: 'element segments of a table that is written',
    limit: 10_000_000,
    make: (size) =>
      program({
        table: (b) => b.u32(1).byte(0x70, 0, 1),
        elem: (b) => b.u32(size).repeat(size, (b) => i32Const(b.byte(0), 0).byte(END, 1, 0)),
        start: (b) => i32Const(b.byte(0), 0).byte(0xd0, 0x70, 0x26, 0),
      }),
  },
  {
    kind: 'tables of elements',
    limit: 100_000,
    make: (size) =>
      program({
        table: (b) => b.u32(size).repeat(size, (b) => b.byte(0x70, 0, 1)),
        elem: (b) => b.u32(size).repeat(size, (b, i) => i32Const(b.byte(2).u32(i), 0).byte(END, 0, 1, 0)),
      }),
  },
  {
    kind: 'tables that are large and empty',
    limit: 100_000,
    make: (size) =>
      program({
        table: (b) => b.u32(size).repeat(size, (b) => b.byte(0x70, 0).u32(1_000_000)),
        start: (b) => b.byte(0).repeat(size, (b, i) => i32Const(b, 0).byte(0x11, 0).u32(i)),
      }),
  },
  {
    kind: 'callers of a function that throws',
    limit: 1_000_000,
    make: (size) =>
      program({
        tag: (b) => b.u32(1).byte(0, 0),
        func: (b) => b.u32(size).repeat(size, (b) => b.byte(0)),
        code: (b) => {
          body(b.u32(size), (b) => b.byte(0, 0x08, 0))
          b.repeat(size - 1, (b) => body(b, (b) => b.byte(0, 0x10, 0)))
        },
      }),
  },
  {
    kind: 'functions that each call the next',
    limit: 1_000_000,
    make: (size) =>
      program({
        func: (b) => b.u32(size).repeat(size, (b) => b.byte(0)),
        code: (b) => {
          b.u32(size).repeat(size - 1, (b, i) => body(b, (b) => b.byte(0, 0x10).u32(i + 1)))
          body(b, noLocals)
        },
      }),
  },
  {
    kind: 'results of calls',
    weight: 20,
    limit: 1000,
    says: /^1,001,000 operands on the stack, where 1,000,000 are the limit/,
    make: (size) =>
      program({
        type: (b) =>
          b
            .u32(2)
            .byte(FUNC, 0, 0, FUNC, 0)
            .u32(1000)
            .repeat(1000, (b) => b.byte(I32)),
        func: (b) => b.u32(2).byte(0, 1),
        code: (b) => {
          body(b.u32(2), (b) =>
            b
              .byte(0)
              .repeat(size, (b) => b.byte(0x10, 1))
              .byte(0),
          )
          body(b, (b) => b.byte(0, 0))
        },
      }),
  },
  {
    kind: 'operations on an imported constant',
    limit: 1000,
    make: (size) =>
      program({
        import: (b) => b.u32(1).text('env').text('base').byte(3, I32, 0),
        global: (b) =>
          b
            .u32(1)
            .byte(I32, 0, 0x23, 0)
            .repeat(size, (b) => i32Const(b, 1).byte(0x6a))
            .byte(END),
      }),
  },
  { kind: 'instructions', make: (size) => straight(size, (b) => b.byte(0x01)) },
  {
    kind: 'calls',
    make: (size) => straight(size, (b) => b.byte(0x10, 0)),
  },
  {
    kind: 'calls of a function with a long name',
    make: (size) =>
      program({
        export: (b) => exported(exported(b.u32(2), 'x'.repeat(size), 0, 0), '_start', 0, 0),
        start: (b) => b.byte(0).repeat(size, (b) => b.byte(0x10, 0)),
      }),
  },
  {
    kind: 'blocks in blocks',
    make: (size) =>
      nested(
        size,
        (b) => b.byte(2, VOID),
        (b) => b.byte(END),
      ),
  },
  {
    kind: 'loops in loops',
    make: (size) =>
      nested(
        size,
        (b) => b.byte(3, VOID),
        (b) => b.byte(END),
      ),
  },
  {
    kind: 'loops in loops that are left',
    make: (size) =>
      nested(
        size,
        (b) => b.byte(3, VOID),
        (b) => i32Const(b, 0).byte(0x0d, 0, END),
      ),
  },
  {
    kind: 'ifs in ifs',
    make: (size) =>
      nested(
        size,
        (b) => i32Const(b, 1).byte(4, VOID),
        (b) => b.byte(END),
      ),
  },
  {
    // Of what comes behind a branch only so much is looked at.
    kind: 'ifs in else branches',
    weight: 1 / 4,
    make: (size) =>
      nested(
        size,
        (b) => i32Const(b, 1).byte(4, VOID, 5),
        (b) => b.byte(END),
      ),
  },
  {
    kind: 'handlers in handlers',
    make: (size) =>
      nested(
        size,
        (b) => b.byte(0x1f, VOID, 1, 2, 0),
        (b) => b.byte(END),
      ),
  },
  {
    kind: 'branches out of many blocks',
    make: (size) =>
      nested(
        size,
        (b) => b.byte(2, VOID),
        (b) => i32Const(b, 0).byte(0x0d, 0, END),
      ),
  },
  {
    kind: 'operands on the stack',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(0)
            .repeat(size, (b, i) => i32Const(b, i))
            .repeat(size, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'operands that are local variables',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(1, 1, I32)
            .repeat(size, (b) => b.byte(0x20, 0))
            .repeat(size, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'operands below blocks',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(1, 1, I32)
            .repeat(size, (b) => b.byte(0x20, 0, 2, VOID, END))
            .repeat(size, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'operands below assignments',
    make: (size) =>
      program({
        start: (b) =>
          i32Const(b.byte(1, 1, I32), 1)
            .byte(0x21, 0)
            .repeat(size, (b, i) => i32Const(b.byte(0x20, 0), i).byte(0x21, 0))
            .repeat(size, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'operands below loads',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(0)
            .repeat(size, (b) => i32Const(b, 0).byte(0x28, 2, 0))
            .repeat(size, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'operations on operations',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(1, 1, I32)
            .repeat(size, (b) => b.byte(0x20, 0))
            .repeat(size - 1, (b) => b.byte(0x6a))
            .byte(0x1a),
      }),
  },
  {
    kind: 'operations in a row',
    make: (size) =>
      program({
        start: (b) =>
          b
            .byte(1, 1, I32, 0x20, 0)
            .repeat(size, (b) => b.byte(0x20, 0, 0x6a))
            .byte(0x1a),
      }),
  },
  {
    kind: 'constants of constants',
    make: (size) =>
      program({
        global: (b) =>
          b
            .u32(1)
            .byte(I32, 0)
            .repeat(size, (b) => i32Const(b, 1))
            .repeat(size - 1, (b) => b.byte(0x6a))
            .byte(END),
      }),
  },
  {
    kind: 'constants in a row',
    make: (size) =>
      program({
        global: (b) =>
          i32Const(b.u32(1).byte(I32, 0), 0)
            .repeat(size, (b) => i32Const(b, 1).byte(0x6a))
            .byte(END),
      }),
  },
  {
    kind: 'offsets of data made of constants',
    make: (size) =>
      program({
        data: (b) =>
          i32Const(b.u32(1).byte(0), 0)
            .repeat(size, (b) => i32Const(b, 0).byte(0x6a))
            .byte(END, 1, 0x61),
      }),
  },
  {
    kind: 'blocks of a thousand values',
    weight: 5,
    make: (size) =>
      program({
        type: (b) => wide(b.u32(2).byte(FUNC, 0, 0)),
        start: (b) =>
          b
            .byte(0)
            .repeat(1000, (b) => i32Const(b, 0))
            .repeat(size, (b) => b.byte(2, 1, END))
            .repeat(1000, (b) => b.byte(0x1a)),
      }),
  },
  {
    kind: 'unreachable blocks of a thousand values',
    weight: 5,
    make: (size) =>
      program({
        type: (b) => wide(b.u32(2).byte(FUNC, 0, 0)),
        start: (b) =>
          b
            .byte(0, 0)
            .repeat(size, (b) => b.byte(2, 1, 0, END))
            .byte(0),
      }),
  },
  {
    kind: 'unreachable code',
    make: (size) => straight(size, (b, i) => (i === 0 ? b.byte(0) : b.byte(0x6a, 0x1a))),
  },
  {
    kind: 'types of a select',
    make: (size) =>
      program({
        start: (b) =>
          i32Const(i32Const(i32Const(b.byte(0), 1), 2), 3)
            .byte(0x1c)
            .u32(size)
            .repeat(size, (b) => b.byte(I32))
            .byte(0x1a),
      }),
    limit: 1,
    says: /type mismatch|select/,
  },
]

/** Distinct types: the digits of a number in base 4. */
function typeNumber(b: Bytes, number: number): void {
  const digits = number.toString(4)
  b.byte(FUNC).u32(digits.length)
  for (const digit of digits) b.byte(I32 - Number(digit))
  b.byte(0)
}

/** A type of a thousand parameters and as many results. */
function wide(b: Bytes): Bytes {
  const thousand = (b: Bytes): Bytes => b.u32(1000).repeat(1000, (b) => b.byte(I32))
  return thousand(thousand(b.byte(FUNC)))
}
