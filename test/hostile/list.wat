;; Whether the granted directory is the one with the program itself: "bin", else "?".
(module
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "link")
  (data (i32.const 16) "bin\0a?\0a")
  (func (export "_start")
    (i64.store (i32.const 32) (i64.const 0x400000010))
    ;; There is a link of that name in no other directory.
    (if (call $stat (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 128))
      (then (i64.store (i32.const 32) (i64.const 0x200000014))))
    (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 64)))))
