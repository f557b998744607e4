/**
 * The platforms executables are built for: one row each, with everything that differs between them.
 *
 * Names are Node's `platform-arch`. The flags were tried on every target.
 */
export type TargetName =
  | 'linux-x64'
  | 'linux-arm64'
  | 'linux-riscv64'
  | 'darwin-x64'
  | 'darwin-arm64'
  | 'win32-x64'
  | 'win32-arm64'
  | 'darwin-universal'

/** What users may write where targets are asked for: a name, this machine, every processor of every system. */
export type TargetSelector = TargetName | 'host' | 'all'

/** What C is compiled for: a target, or what several have in common. */
export interface CodeTarget {
  /** For messages. */
  name: string
  arch: 'x64' | 'arm64' | 'riscv64' | 'universal'
  /** What `zig cc -target` is given. */
  zig: string
  /** The suffix of object files. */
  objectExt: '.o' | '.obj'
  /** The memory's place, as a definition for runtime/wasm.h, and the code model of an executable. */
  executable: readonly string[]
  /** The code model of an object file that a C program links at an address of its own choosing. */
  object: readonly string[]
  /** Where the slots for memories of an executable's libraries begin; its own may take slot 0. Absent where the linker places them. */
  librarySlots?: number
  /** Compile flags of both. */
  compile: readonly string[]
}

export interface Target extends CodeTarget {
  name: TargetName
  platform: 'linux' | 'darwin' | 'win32'
  /** What its modules are compiled for together with those of other targets, where that can be. */
  shared?: CodeTarget
  /** Its processors have vector instructions that those of the others need not have: what uses any is compiled for it alone. */
  ownVectors?: true
  /** Its executables are those of these targets in one file: nothing is generated or linked for the target itself. */
  halves?: readonly TargetName[]
  /** Rust's target triple, which Tauri's file names carry: on Linux that of most Rust compilers, though no libc is needed. */
  triple: string
  /** The suffix of executables: '' or '.exe'. */
  ext: '' | '.exe'
  /** Where the linear memory of an executable lies. */
  memory: number
  /** Bytes of a page that the system can move from an executable to the memory, where it can. */
  imagePage?: number
  librarySlots: number
  link: readonly string[]
  /** A file of the runtime that tells the linker where the parts of an executable lie. */
  linkScript?: string
  /** Link flags of executables without symbols. */
  strip: readonly string[]
}

/** A slot holds the 8 GiB of a memory and the page behind it. */
const SLOT_BYTES = 2 ** 34

/** Where a slot begins. */
export const slotAddress = (slots: number, slot: number): number => slots + slot * SLOT_BYTES

/** Where the memory of a program lies, and that of a library in its slot, 1 or more. */
export const memoryPlace = ({ memory, librarySlots }: Target, slot?: number): number =>
  slot === undefined ? memory : slotAddress(librarySlots, slot)

/**
 * The image stays at 16 MiB, so that the first GiB of the memory is in reach of a signed 32-bit displacement, and the symbol
 * by which code finds it too. The kernel's page tables, whose making is part of every start, cover 1 GiB and 2 MiB: image,
 * stack and the beginning of the memory share the first, and at half a MiB into 2 MiB, what toolchains place at 1 MiB and
 * 16 MiB (the end of their stack, and the data behind it) shares the second.
 */
const LINUX_X64_MEMORY = 0x3c080000
const LINUX_X64_SYMBOL = '-DWASM_MEMORY_SYMBOL=0x7f000000'
/** 64 GiB fits address spaces of 39 bits, the least that arm64 and riscv64 kernels give. */
const LINUX_MEMORY = 0x1000000000
/** 2 TiB: above every image and heap, below the smallest user address space of macOS, Windows and x86-64 Linux. */
const HIGH_MEMORY = 0x20000000000

/** For runtime/wasm.h: the memory's address, as a constant that the compiler cannot see through. */
export const memoryAt = (address: number): string => `-DWASM_MEMORY_BASE=0x${address.toString(16)}`

/** The symbol of a memory's address, where the linker places it. */
export const memoryName = (slot = 0): string => `wasm_memory_place${slot}`

/** The runtime in an object for C programs: no entry point, nothing that libc has. */
const LIBRARY = '-DWASM_LIBRARY'

/** Frames larger than the stack's guard touch every page on the way, so that none jumps over it. */
const PROBE_STACK = '-fstack-clash-protection'
/** Clang's driver takes the flag for Linux alone and says nothing elsewhere; its code generator has no such reservation. */
const PROBE_STACK_ANYWHERE = ['-Xclang', PROBE_STACK] as const

const linux = {
  platform: 'linux',
  ext: '',
  objectExt: '.o',
  link: ['-nostdlib', '-static', '-no-pie', '-Wl,--gc-sections', '-Wl,--build-id=none', '-Wl,-z,noexecstack'],
  linkScript: 'platform/linux/executable.ld',
  strip: ['-s'],
} as const
const darwin = {
  platform: 'darwin',
  ext: '',
  objectExt: '.o',
  compile: PROBE_STACK_ANYWHERE,
  memory: HIGH_MEMORY,
  executable: [memoryAt(HIGH_MEMORY)],
  object: [LIBRARY],
  librarySlots: HIGH_MEMORY,
  // Signing adds a load command.
  link: ['-nostdlib', '-lSystem', '-Wl,-dead_strip', '-Wl,-headerpad,0x20'],
  // Zig's linker for Mach-O keeps local symbols otherwise.
  strip: ['-s', '-Wl,-x'],
} as const
const win32 = {
  platform: 'win32',
  ext: '.exe',
  objectExt: '.obj',
  compile: ['-ffreestanding'],
  memory: HIGH_MEMORY,
  executable: [memoryAt(HIGH_MEMORY)],
  object: [LIBRARY],
  librarySlots: HIGH_MEMORY,
  link: [
    '-nostdlib',
    '-Wl,-e,mainCRTStartup',
    '-Wl,--subsystem,console',
    '-Wl,--stack,16777216',
    '-Wl,--gc-sections',
    '-lkernel32',
    '-ladvapi32',
    '-lntdll',
    // Imported only by programs that are granted addresses.
    '-lws2_32',
  ],
  strip: ['-s'],
} as const

const shared = {
  objectExt: '.o',
  object: [],
} as const
/** Windows writes below the stack pointer. */
const SHARED_X64: CodeTarget = {
  ...shared,
  name: 'darwin-x64 and win32-x64',
  arch: 'x64',
  zig: 'x86_64-freestanding-none',
  compile: ['-ffreestanding', ...PROBE_STACK_ANYWHERE, '-mno-red-zone'],
  executable: ['-fPIE'],
}
/** The register x18 is that of macOS and of Windows. Whole pages of data are what Linux moves, and others copy. */
const SHARED_ARM64: CodeTarget = {
  ...shared,
  name: 'linux-arm64, darwin-arm64 and win32-arm64',
  arch: 'arm64',
  zig: 'aarch64-freestanding-none',
  compile: ['-ffreestanding', ...PROBE_STACK_ANYWHERE, '-mcpu=generic+reserve_x18'],
  executable: ['-fPIE', '-DWASM_IMAGE_PAGE=0x10000'],
}

/** One row for each processor of each system, in the order in which they are listed everywhere. */
export const TARGETS: readonly Target[] = [
  {
    ...linux,
    name: 'linux-x64',
    arch: 'x64',
    triple: 'x86_64-unknown-linux-gnu',
    zig: 'x86_64-linux-none',
    compile: ['-ffreestanding', PROBE_STACK],
    memory: LINUX_X64_MEMORY,
    imagePage: 0x1000,
    executable: ['-fno-PIC', memoryAt(LINUX_X64_MEMORY), LINUX_X64_SYMBOL],
    object: ['-fPIC', LIBRARY],
    librarySlots: HIGH_MEMORY,
  },
  {
    ...linux,
    name: 'linux-arm64',
    arch: 'arm64',
    triple: 'aarch64-unknown-linux-gnu',
    zig: 'aarch64-linux-none',
    compile: ['-ffreestanding', PROBE_STACK],
    memory: LINUX_MEMORY,
    imagePage: 0x10000,
    executable: ['-fno-PIC', memoryAt(LINUX_MEMORY)],
    object: ['-fPIC', LIBRARY],
    librarySlots: LINUX_MEMORY,
    shared: SHARED_ARM64,
  },
  {
    ...linux,
    name: 'linux-riscv64',
    arch: 'riscv64',
    triple: 'riscv64gc-unknown-linux-gnu',
    zig: 'riscv64-linux-none',
    // Without it every access becomes byte loads and shifts; Linux guarantees that unaligned ones work.
    compile: ['-ffreestanding', PROBE_STACK, '-mcpu=baseline_rv64+unaligned_scalar_mem'],
    memory: LINUX_MEMORY,
    imagePage: 0x10000,
    executable: ['-fno-PIC', memoryAt(LINUX_MEMORY)],
    object: ['-fPIC', LIBRARY],
    librarySlots: LINUX_MEMORY,
  },
  {
    ...darwin,
    name: 'darwin-x64',
    arch: 'x64',
    triple: 'x86_64-apple-darwin',
    zig: 'x86_64-macos',
    shared: SHARED_X64,
    // SSSE3 has what shuffles bytes, and all Macs have it.
    ownVectors: true,
  },
  {
    ...darwin,
    name: 'darwin-arm64',
    arch: 'arm64',
    triple: 'aarch64-apple-darwin',
    zig: 'aarch64-macos',
    shared: SHARED_ARM64,
  },
  {
    ...win32,
    name: 'win32-x64',
    arch: 'x64',
    triple: 'x86_64-pc-windows-msvc',
    zig: 'x86_64-windows-gnu',
    shared: SHARED_X64,
  },
  {
    ...win32,
    name: 'win32-arm64',
    arch: 'arm64',
    triple: 'aarch64-pc-windows-msvc',
    zig: 'aarch64-windows-gnu',
    shared: SHARED_ARM64,
  },
]

/** Both processors of macOS in one file. */
const UNIVERSAL: Target = {
  ...darwin,
  name: 'darwin-universal',
  arch: 'universal',
  halves: ['darwin-x64', 'darwin-arm64'],
  triple: 'universal-apple-darwin',
  zig: '',
}

/** All that users may name, in the order of every list. */
export const ALL_TARGETS: readonly Target[] = [...TARGETS, UNIVERSAL]

const BY_NAME = new Map(ALL_TARGETS.map((target) => [target.name as string, target]))

export const TARGET_NAMES: readonly TargetName[] = TARGETS.map((target) => target.name)

/** What plugin and CLI build when nobody names targets: everything but riscv64. */
export const DEFAULT_TARGETS: readonly TargetName[] = TARGET_NAMES.filter((name) => name !== 'linux-riscv64')

/** The targets that code is generated for, of some that were asked for. */
export function partsOf(targets: readonly Target[]): Target[] {
  const names = new Set(targets.flatMap(({ name, halves }) => halves ?? [name]))
  return TARGETS.filter(({ name }) => names.has(name))
}

/** The row of a target, undefined if there is none of that name. */
export function findTarget(name: string): Target | undefined {
  return BY_NAME.get(name)
}
