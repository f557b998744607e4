;; A branch back to a loop that begins with a br_table on a local goes where the local, set just before, says.
(module
  (func $collatz (export "collatz") (param $n i32) (result i32) (local $state i32) (local $steps i32)
    (loop $machine
      (block $odd
        (block $even
          (block $test
            (br_table $test $even $odd (local.get $state)))
          (if (i32.eq (local.get $n) (i32.const 1)) (then (return (local.get $steps))))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (if (i32.and (local.get $n) (i32.const 1))
            (then
              (local.set $state (i32.const 2))
              (br $machine))))
        (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))
        (local.set $state (i32.const 0))
        (br $machine))
      (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1)))
      (local.set $state (i32.const 0))
      (br $machine))
    (unreachable))
)
