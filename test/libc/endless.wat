;; strlen, as Zig's library has it, of a string that memory ends before.
(module
  (memory (export "memory") 1)
  (func $strlen (param $p i32) (result i32) (local $n i32) (local $at i32) (local $next i32)
    (local.set $n (i32.const 0))
    (loop $again
      (local.set $at (i32.add (local.get $p) (local.get $n)))
      (local.set $n (local.tee $next (i32.add (local.get $n) (i32.const 1))))
      (br_if $again (i32.load8_u (local.get $at))))
    (i32.add (local.get $next) (i32.const -1)))
  (func $main (export "_start")
    (memory.fill (i32.const 0xff00) (i32.const 97) (i32.const 0x100))
    (drop (call $strlen (i32.const 0xfff3)))))
