;; Loops that begin with a br_table to many places: interpreters, which are compiled to computed gotos.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  ;; 7 * 2 - 1, three times doubled by the loop of opcodes 6 and 7, and negated.
  (data (i32.const 16) "\00\07\02\02\01\01\05\03\06\07\03\08\09")
  ;; An opcode that the table does not know.
  (data (i32.const 32) "\00\2a\ff")

  (func $check (param $code i32) (param $is i32) (param $expected i32)
    (if (i32.ne (local.get $is) (local.get $expected)) (then (call $exit (local.get $code)))))

  (func $run (param $pc i32) (result i32)
    (local $value i32) (local $operand i32) (local $count i32) (local $mark i32) (local $opcode i32)
    (loop $next
      (local.set $opcode (i32.load8_u (local.get $pc)))
      (local.set $operand (i32.load8_u (i32.add (local.get $pc) (i32.const 1))))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (block $unknown
        (block $halt
          (block $negate
            (block $repeat
              (block $mark
                (block $count
                  (block $divide
                    (block $multiply
                      (block $subtract
                        (block $set
                          (br_table $set $subtract $multiply $next $divide $count $mark $repeat $negate $halt $unknown
                            (local.get $opcode)))
                        (local.set $value (local.get $operand))
                        (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                        (br $next))
                      (local.set $value (i32.sub (local.get $value) (local.get $operand)))
                      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                      (br $next))
                    (local.set $value (i32.mul (local.get $value) (local.get $operand)))
                    (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                    (br $next))
                  (local.set $value (i32.div_u (local.get $value) (local.get $operand)))
                  (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                  (br $next))
                (local.set $count (local.get $operand))
                (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                (br $next))
              (local.set $mark (local.get $pc))
              (local.set $value (i32.shl (local.get $value) (i32.const 1)))
              (br $next))
            ;; Back to the mark's doubling, with an operand left behind.
            (local.get $value)
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            (if (local.get $count)
              (then
                (local.set $pc (i32.sub (local.get $mark) (i32.const 1)))
                (br $next)))
            (drop)
            (br $next))
          (local.set $value (i32.sub (i32.const 0) (local.get $value)))
          (br $next))
        (return (local.get $value)))
      (return (i32.const -1)))
    (unreachable))

  ;; Two such loops, the second of which begins with the state that the first one ends in.
  (func $twice (param $state i32) (result i32) (local $sum i32)
    (block $done
      (loop $first
        (local.set $state (i32.add (local.get $state) (i32.const 1)))
        (block $h (block $g (block $f (block $e (block $d (block $c (block $b (block $a
          (br_table $a $b $c $d $e $f $g $h $done (local.get $state)))
        (br $first)) (br $first)) (br $first)) (br $first)) (br $first)) (br $first)) (br $first))
        (local.set $sum (i32.add (local.get $sum) (i32.const 100)))
        (br $first)))
    (block $done
      (loop $second
        (local.set $state (i32.sub (local.get $state) (i32.const 1)))
        (block $h (block $g (block $f (block $e (block $d (block $c (block $b (block $a
          (br_table $a $b $c $d $e $f $g $h $done (local.get $state)))
        (br $done)) (br $second)) (br $second)) (br $second)) (br $second)) (br $second)) (br $second))
        (local.set $sum (i32.add (local.get $sum) (i32.const 11)))
        (br $second)))
    (local.get $sum))

  ;; A recursive function small enough to be unrolled.
  (func $nested (param $state i32) (result i32)
    (loop $next
      (local.set $state (i32.sub (local.get $state) (i32.const 1)))
      (block $h (block $g (block $f (block $e (block $d (block $c (block $b (block $a
        (br_table $a $b $c $d $e $f $g $h (local.get $state)))
      (return (i32.const 0))) (br $next)) (br $next)) (br $next)) (br $next)) (br $next)) (br $next))
      (return (i32.add (call $nested (i32.const 7)) (i32.const 1))))
    (unreachable))

  (func (export "_start")
    (call $check (i32.const 1) (call $run (i32.const 16)) (i32.const -104))
    (call $check (i32.const 2) (call $run (i32.const 32)) (i32.const -1))
    (call $check (i32.const 3) (call $twice (i32.const -1)) (i32.const 111))
    (call $check (i32.const 4) (call $nested (i32.const 8)) (i32.const 1)))
)
