/** The C compiler that was used, as results and manifests record it. */
export interface ToolchainInfo {
  name: 'zig' | 'gcc' | 'clang'
  version: string
  /** Absolute path. */
  path: string
  /** Hex, of the binary; null for a system compiler. */
  sha256: string | null
  /** The hash is the one pinned for this version and platform. */
  verified: boolean
}
