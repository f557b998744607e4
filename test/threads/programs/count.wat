;; A hundred threads, fifty at a time: each counts in the memory they share, in a global and a table of its own. Prints what
;; they counted together.
(module $threads
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "env" "memory" (memory 2 16 shared))
  (export "memory" (memory 0))
  (global $mine (mut i32) (i32.const 5))
  (table $t 2 4 funcref)
  (data $greeting (i32.const 64) "threads: 00000000\0a")
  ;; 0: counter, 4: finished threads, 8: wrong, 16: iovec
  (func (export "wasi_thread_start") (param $tid i32) (param $arg i32)
    (local $i i32)
    (if (i32.ne (global.get $mine) (i32.const 5)) (then (drop (i32.atomic.rmw.add offset=8 (i32.const 0) (i32.const 1)))))
    (if (i32.ne (table.size $t) (i32.const 2)) (then (drop (i32.atomic.rmw.add offset=8 (i32.const 0) (i32.const 1)))))
    (drop (table.grow $t (ref.null func) (i32.const 1)))
    (loop $l
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (global.set $mine (i32.add (global.get $mine) (i32.const 1)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000))))
    (if (i32.ne (global.get $mine) (i32.const 10005)) (then (drop (i32.atomic.rmw.add offset=8 (i32.const 0) (i32.const 1)))))
    (drop (i32.atomic.rmw.add offset=4 (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
  (func $run (param $n i32) (param $arg i32) (local $i i32) (local $seen i32)
    (loop $l
      (if (i32.le_s (call $spawn (local.get $arg)) (i32.const 0)) (then unreachable))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (loop $w
      (local.set $seen (i32.atomic.load offset=4 (i32.const 0)))
      (if (i32.lt_u (local.get $seen) (local.get $n))
        (then
          (drop (memory.atomic.wait32 offset=4 (i32.const 0) (local.get $seen) (i64.const -1)))
          (br $w)))))
  (func (export "_start") (local $k i32) (local $v i32)
    (call $run (i32.const 50) (i32.const 1))
    (i32.store offset=4 (i32.const 0) (i32.const 0))
    (call $run (i32.const 50) (i32.const 1))
    (global.set $mine (i32.const 7))
    (if (i32.load offset=8 (i32.const 0)) (then unreachable))
    (local.set $v (i32.load (i32.const 0)))
    (local.set $k (i32.const 80))
    (loop $d
      (i32.store8 (local.get $k) (i32.add (i32.const 48) (i32.rem_u (local.get $v) (i32.const 10))))
      (local.set $v (i32.div_u (local.get $v) (i32.const 10)))
      (br_if $d (i32.gt_u (local.tee $k (i32.sub (local.get $k) (i32.const 1))) (i32.const 72))))
    (i32.store (i32.const 16) (i32.const 64))
    (i32.store (i32.const 20) (i32.const 18))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))))
