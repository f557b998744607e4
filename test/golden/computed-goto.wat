;; An interpreter: a loop that begins with a br_table to eight targets is a computed goto, any other a switch.
(module
  (memory 1)
  (func $run (export "run") (param $pc i32) (param $top i32) (result i32) (local $code i32)
    (loop $next
      (local.set $code (i32.load8_u (local.get $pc)))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (block $halt
        (block $negate
          (block $rotate
            (block $xor
              (block $and
                (block $multiply
                  (block $subtract
                    (block $add
                      (br_table $add $subtract $multiply $and $xor $rotate $negate $next $halt (local.get $code)))
                    (local.set $top (i32.add (local.get $top) (i32.load8_u (local.get $pc))))
                    (br $next))
                  (local.set $top (i32.sub (local.get $top) (i32.load8_u (local.get $pc))))
                  (br $next))
                (local.set $top (i32.mul (local.get $top) (i32.load8_u (local.get $pc))))
                (br $next))
              (local.set $top (i32.and (local.get $top) (i32.load8_u (local.get $pc))))
              (br $next))
            (local.set $top (i32.xor (local.get $top) (i32.load8_u (local.get $pc))))
            (br $next))
          (local.set $top (i32.rotl (local.get $top) (i32.load8_u (local.get $pc))))
          (br $next))
        (local.set $top (i32.sub (i32.const 0) (local.get $top)))
        (br $next)))
    (local.get $top))
  (func $few (export "few") (param $pc i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (block $halt
        (block $add
          (br_table $add $next $halt (i32.load8_u (local.get $pc))))
        (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
        (br $next)))
    (local.get $sum))
)
