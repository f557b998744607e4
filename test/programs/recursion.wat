;; A hundred thousand nested calls fit on the stack.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $sum (param $n i32) (result i64)
    (if (result i64) (i32.eqz (local.get $n))
      (then (i64.const 0))
      (else (i64.add (call $sum (i32.sub (local.get $n) (i32.const 1))) (i64.extend_i32_u (local.get $n))))))
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 100000))
    (if (i64.ne (call $sum (i32.load (i32.const 0))) (i64.const 5000050000)) (then (call $proc_exit (i32.const 1))))))
