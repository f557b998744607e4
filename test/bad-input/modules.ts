/** Modules that are no WASI programs, each with what the error has to say. `wat` is text unless it is bytes. */
export interface BadModule {
  title: string
  wat: string | Uint8Array
  /** What is wrong, and the next step. */
  says: RegExp[]
}

const start = '(memory (export "memory") 1) (func (export "_start"))'
const importing = (module: string, name: string): string => `(module (import "${module}" "${name}" (func)) ${start})`

export const badModules: BadModule[] = [
  { title: 'an import that nobody provides', wat: importing('env', 'foo'), says: [/env\.foo/, /wasm32-wasip1|object/] },
  {
    title: 'several of them',
    wat: `(module (import "env" "a1" (func)) (import "host" "b1" (func)) (import "env" "c1" (global i32)) ${start})`,
    says: [/env\.a1/, /host\.b1/],
  },
  {
    title: "wasm-bindgen's",
    wat: importing('__wbindgen_placeholder__', '__wbindgen_throw'),
    says: [/JavaScript.*wasm-bindgen/, /wasm32-wasip1/],
  },
  {
    title: "wasm-bindgen's, renamed for bundlers",
    wat: importing('./app_bg.js', '__wbg_log_1'),
    says: [/wasm-bindgen/],
  },
  { title: "Emscripten's", wat: importing('env', 'emscripten_resize_heap'), says: [/Emscripten/, /wasm32-wasi/] },
  { title: "Emscripten's, minified", wat: importing('a', 'b'), says: [/Emscripten/] },
  { title: "Go's js target", wat: importing('gojs', 'runtime.wasmExit'), says: [/Go/, /GOOS=wasip1/] },
  { title: "AssemblyScript's", wat: importing('env', 'abort'), says: [/AssemblyScript/, /wasi-shim/] },
  { title: 'WASIX', wat: importing('wasix_32v1', 'fd_dup'), says: [/WASIX/] },
  {
    title: 'a component that is no command',
    wat: Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0),
    says: [/component/, /exports no wasi:cli\/run/],
  },
  { title: 'no _start', wat: '(module (func (export "main")))', says: [/_start/] },
  { title: 'a _start with a parameter', wat: '(module (func (export "_start") (param i32)))', says: [/_start/] },
  { title: 'a _start that is no function', wat: '(module (memory (export "_start") 1))', says: [/_start/] },
  {
    title: 'a WASI call with a wrong type',
    wat: `(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32))) ${start})`,
    says: [/fd_close/, /i64/, /i32/],
  },
  {
    title: 'a WASI call that does not exist',
    wat: importing('wasi_snapshot_preview1', 'fd_clos'),
    says: [/fd_clos/, /fd_close/],
  },
  { title: 'nothing at all', wat: new Uint8Array(0), says: [/empty|no WebAssembly|cut short|unexpected end|0 bytes/i] },
  { title: 'a page of HTML', wat: new TextEncoder().encode('<!doctype html>\n'), says: [/HTML/, /address/] },
  { title: 'text', wat: new TextEncoder().encode('Not Found\n'), says: [/WebAssembly|magic/i] },
  { title: 'another version', wat: Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), says: [/version/] },
  {
    title: 'a body of the wrong type',
    // (func (export "_start") i64.const 1 drop i32.add)
    wat: Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      7,
      10,
      1,
      6,
      0x5f,
      0x73,
      0x74,
      0x61,
      0x72,
      0x74,
      0,
      0,
      10,
      5,
      1,
      3,
      0,
      0x6a,
      0x0b,
    ),
    says: [/invalid module at 0x23 in func\[0\]/],
  },
]
