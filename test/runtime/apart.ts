/** The C of a module's chunk where the runtime is a unit of its own, not behind the module as in objects: its version is no matter. */
export const apart = (code: string): string =>
  code.includes('version_check') ? `${code}\nstatic void version_check(void) {}\n` : code
