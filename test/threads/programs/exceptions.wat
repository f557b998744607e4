;; Eight threads that throw, catch and throw on exceptions of more than 8 bytes, and make tail calls among functions of
;; several types, all at once, each with values of its own. An exception that a thread throws at last ends all of them.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))
  (tag $several (param i64 i64 i32))
  (tag $last (param i32))
  (type $two (func (param i32 i64) (result i64)))
  (type $three (func (param i64 i32 i64) (result i64)))
  ;; 0: threads that began, 4: threads that ended

  (func $throw (param $own i64) (param $i i32)
    (throw $several (local.get $own) (i64.extend_i32_u (local.get $i)) (local.get $i)))

  (func $throw_on (param $own i64) (param $i i32)
    (try
      (do (call $throw (local.get $own) (local.get $i)))
      (catch_all (rethrow 0))))

  ;; own * 3 + i, if the exception came whole
  (func $caught (param $own i64) (param $i i32) (result i64) (local $n i32)
    (try (result i64)
      (do (call $throw_on (local.get $own) (local.get $i)) (i64.const 0))
      (catch $several
        (local.set $n)
        (if (i32.ne (local.get $n) (local.get $i)) (then unreachable))
        (i64.add (i64.mul (i64.const 3))))))

  ;; own + n, by turns
  (func $add (type $two)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $add_three (i64.const 1) (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
  (func $add_three (type $three)
    (return_call $add (local.get 1) (i64.add (local.get 0) (local.get 2))))

  (func (export "wasi_thread_start") (param $number i32) (param $argument i32)
    (local $i i32) (local $own i64)
    (local.set $own (i64.mul (i64.extend_i32_u (local.get $argument)) (i64.const 0x100000001)))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (loop $wait (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 8))))
    (loop $again
      (if (i64.ne (call $caught (local.get $own) (local.get $i))
          (i64.add (local.get $own) (i64.mul (i64.extend_i32_u (local.get $i)) (i64.const 3))))
        (then unreachable))
      (if (i64.ne (call $add (i32.const 10) (local.get $own)) (i64.add (local.get $own) (i64.const 10)))
        (then unreachable))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3000))))
    (drop (i32.atomic.rmw.add offset=4 (i32.const 0) (i32.const 1)))
    (if (i32.eq (local.get $argument) (i32.const 8)) (then
      (loop $others (br_if $others (i32.lt_u (i32.atomic.load offset=4 (i32.const 0)) (i32.const 8))))
      (throw $last (i32.const 1)))))

  (func (export "_start") (local $i i32)
    (loop $l
      (if (i32.le_s (call $spawn (local.tee $i (i32.add (local.get $i) (i32.const 1)))) (i32.const 0)) (then unreachable))
      (br_if $l (i32.lt_u (local.get $i) (i32.const 8))))
    (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))))
