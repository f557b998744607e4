;; Defines a function, globals, a table and a memory.
(module
  (memory (export "buffer") 1 4)
  (table (export "table") 2 funcref)
  (global (export "base") i32 (i32.const 65))
  (global $count (export "count") (mut i32) (i32.const 66))
  (elem (i32.const 0) $double)
  (func $set (i32.store8 (i32.const 100) (i32.const 20)))
  (start $set)
  (func $double (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
