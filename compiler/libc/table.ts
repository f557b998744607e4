/**
 * Fingerprints of functions of the C library, as compilers have written them, and the routines that do what they do. Made by
 * test/libc/regenerate.ts; test/libc/libc.test.ts compares each routine with the function.
 */
import type { Routine } from './routines.ts'

const ROWS: [fingerprint: string, routine: Routine][] = [
  // zig cc -O2 -mcpu=generic
  ['bac3643bcaded9a40ec6ecf36f0df196', 'memchr'],
  ['57fcad2804d74285f927f7c7812a0e4c', 'mempcpy'],
  ['8a6e8c1b374f7027fbefdd6970849ea5', 'memrchr'],
  ['d82b95d4d99b440ce5319b6ee6f24437', 'strchrnul'],
  ['fe1aaffbfa9f14fb4b38f94b43cadaa6', 'strnlen'],
  ['ce07559172b66229ab79d032bd196136', 'stpncpy'],
  ['9fe79eb6601917ad7bc72b38e66c1575', 'stpcpy'],
  ['49228cdf936cc34afc5fe7619a24db43', 'strrchr'],
  ['50893159965e662c4fe821da31eaf90a', 'strchr'],
  ['47763d0ba59c1add87b71c279392c6a5', 'strncmp_order'],
  ['7b1aa3032a8236e3058f32484b7e1b48', 'strcmp_order'],
  ['a74cd800ced7410ebb1bcf071598d8ac', 'strncat'],
  ['82e2fa8f5a81007d490d4468ac562190', 'strcat'],
  ['4c15cc9e4485d956b41d1dc86d693d3a', 'strncpy'],
  ['3d3ac5714a7c32e91e450d0b932d6266', 'strcpy'],
  ['84d06abc786dc4260c1ba4fdca7bf0ca', 'strlen'],
  ['a39343782cd0c829cba06183d46cddbd', 'bcmp'],
  ['1ad2cd134744deff09a5c69b8634ccf9', 'memcmp'],
  ['259c4032f06a3155a7f12c9b07baabf0', 'memset'],
  ['d7b367fd647761c83f3f38984728d402', 'memmove'],
  ['0ea6d0c14da6de5098e2283eca62b9c7', 'memcpy'],
  // zig cc -Os -mcpu=generic
  ['3968e5e33063999ab11f0dbc82275c59', 'strcmp_order'],
  ['40d3ebf30cc01eb3eb375d2e25747fd7', 'stpcpy'],
  ['d085fef760d9ddfbf50f6c40fc8ea3b5', 'strcmp_order'],
  ['26394db10c7310f104d3d207a43b59f0', 'strncmp_order'],
  ['8a9c593b25066e2f18230a436f43b2ba', 'strcpy'],
  ['cff326501c61fc261fe848957d9a52ab', 'bcmp'],
  ['9738696ad8f75251a8414ca8739d4266', 'memcmp'],
  ['32adb6bf3c0aaa0aab43749bf6e03733', 'memset'],
  ['baf3e52ee840ff426a89c74f0fa3ce2b', 'memmove'],
  ['7f4fdf349b37e24f0e418e524bb164dc', 'memcpy'],
  // wasi-libc of Rust 1.63
  ['0d2afc973fc9e231a7e77bdd10db543e', 'memset'],
  ['aaec7c01d4ce4d4424e545e912b762a1', 'memcpy'],
  ['f555365e3e02798a7d8ad9ba70481835', 'strlen'],
  ['745e2d2993244731c4b35ed5aba044fd', 'strchrnul'],
  ['ff2d3572c1e783a295614c0a88497860', 'stpncpy'],
  ['fba659176a121b8c0c23d0af66702ef8', 'strncat'],
  ['d01d8cc342c0800a090cc87d08069409', 'memcmp'],
  ['baf892c3683342e553264ef41e70322d', 'strncpy'],
  ['a575953b8d178c6abe2649757e3db926', 'stpcpy'],
  ['4f67ea22fbacd6ce235cdc91d324ba56', 'strcpy'],
  ['0470d6e5eede5024e8dfc7d89d244e9e', 'strcat'],
  ['25a429bf194898a75cd55a6702874eaf', 'memchr'],
  ['d32f44682496c4bd873539bc6fdc6459', 'memrchr'],
  ['f6fc2c8135dbe5620730438afa3edd24', 'strrchr'],
  ['ed223f259e93acc96c95a10026c16f69', 'strcmp_difference'],
  ['5e37c62224c0c5805b70ab38ef97ab55', 'memcmp'],
  ['4a902dcba81d358aa5788d169d7d612c', 'strncmp_difference'],
  ['30e263fc24755496b39eed5e62bce1cc', 'strchr'],
  ['c92e177323c4be49db9451cd51c2df50', 'strnlen'],
  ['263805c6c9247ae4eb6ec658133bb9a7', 'memmove'],
]

export const FINGERPRINTS: ReadonlyMap<string, Routine> = new Map(ROWS)
