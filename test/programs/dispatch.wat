;; Loops that begin with a br_table on a local, as Go compiles functions and LLVM irreducible control flow.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $trace (mut i32) (i32.const 0))

  (func $note (param $digit i32)
    (global.set $trace (i32.add (i32.mul (global.get $trace) (i32.const 10)) (local.get $digit))))
  (func $check (param $code i32) (param $expected i32)
    (if (i32.ne (global.get $trace) (local.get $expected)) (then (call $exit (local.get $code))))
    (global.set $trace (i32.const 0)))

  ;; States 1, 2 and 3 write their digit. Each goes to another in its own way; all others end the function.
  (func $walk (param $state i32) (param $rounds i32) (result i32) (local $other i32)
    (loop $machine
      (block $end
        (block $three
          (block $two
            (block $one
              (br_table $end $one $two $three $end (local.get $state)))
            (call $note (i32.const 1))
            ;; Backwards, from inside an if, with an operand left behind.
            (i32.const 7)
            (if (local.get $rounds)
              (then
                (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
                (local.set $state (i32.const 3))
                (br $machine)))
            (drop)
            ;; Another local is set last, so the state is what it was.
            (local.set $state (i32.const 2))
            (local.set $other (i32.const 3))
            (br $machine))
          (call $note (i32.const 2))
          ;; The state is computed.
          (local.set $state (i32.add (local.get $other) (i32.const 6)))
          (br $machine))
        (call $note (i32.const 3))
        (local.set $state (i32.const 1))
        (br $machine))
      ;; The first state ends with an index beyond the table.
      (if (i32.ne (local.get $state) (i32.const -1))
        (then
          (call $note (i32.const 9))
          (local.set $state (i32.const -1))
          (br $machine))))
    (local.get $state))

  ;; The table leads to the loop itself, and out of the function.
  (func $leave (param $state i32) (local $rounds i32)
    (loop $machine
      (block $go
        (br_table $machine $go 2 (local.get $state)))
      (call $note (i32.const 5))
      (local.set $state (i32.const 2))
      (br $machine)))

  ;; Something happens before the table in each round.
  (func $counted (param $state i32)
    (loop $machine
      (call $note (i32.const 4))
      (block $end
        (block $go
          (br_table $go $end (local.get $state)))
        (local.set $state (i32.const 1))
        (br $machine))))

  ;; The loop takes a value along.
  (func $carried (result i32) (local $state i32)
    (i32.const 10)
    (loop $machine (param i32) (result i32)
      (block $end
        (block $go
          (br_table $go $end (local.get $state)))
        (i32.const 32)
        (local.set $state (i32.const 1))
        (br $machine))))

  (func (export "_start")
    (drop (call $walk (i32.const 2) (i32.const 0)))
    (call $check (i32.const 1) (i32.const 29))
    (drop (call $walk (i32.const 1) (i32.const 2)))
    (call $check (i32.const 2) (i32.const 1313129))
    (if (i32.ne (call $walk (i32.const 0) (i32.const 0)) (i32.const -1)) (then (call $exit (i32.const 3))))
    (call $check (i32.const 4) (i32.const 9))
    (call $leave (i32.const 1))
    (call $check (i32.const 5) (i32.const 5))
    (call $counted (i32.const 0))
    (call $check (i32.const 6) (i32.const 44))
    (if (i32.ne (call $carried) (i32.const 32)) (then (call $exit (i32.const 7)))))
)
