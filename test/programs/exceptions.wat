;; Exceptions in the older form, ten million of them in a loop included. The exit code is the number of the check that
;; failed.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (tag $number (param i32))
  (tag $several (param i32 f64 i64 f32))
  (tag $empty)
  (type $thrower (func (param i32) (result i32)))
  (table funcref (elem $throw_odd $throw_several))
  (global $cleanups (mut i32) (i32.const 0))

  (func $throw_odd (type $thrower)
    (if (i32.and (local.get 0) (i32.const 1)) (then (throw $number (local.get 0))))
    (local.get 0))
  (func $throw_several (type $thrower)
    (throw $several (local.get 0) (f64.const 0.25) (i64.const -5) (f32.const 1.5)))

  ;; As C++ has destructors: runs on the way, and throws on.
  (func $clean_up (param $n i32) (result i32)
    (try (result i32)
      (do (call $throw_odd (local.get $n)))
      (catch_all
        (global.set $cleanups (i32.add (global.get $cleanups) (i32.const 1)))
        (rethrow 0))))

  (func $loop (param $times i32) (result i64) (local $sum i64)
    (loop $again
      (local.set $sum (i64.add (local.get $sum)
        (i64.extend_i32_u (try (result i32)
          (do (call $clean_up (local.get $times)) (drop) (i32.const 1000))
          (catch $number)
          (catch_all (unreachable))))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))

  ;; Deep below the handler.
  (func $deep (param $depth i32) (result i32)
    (if (i32.eqz (local.get $depth)) (then (throw $number (i32.const 77))))
    (i32.add (call $deep (i32.sub (local.get $depth) (i32.const 1))) (i32.const 1)))

  (func $several (result f64) (local $f f32) (local $l i64) (local $d f64)
    (try (result i32)
      (do (call_indirect (type $thrower) (i32.const 9) (i32.const 1)))
      (catch $empty (i32.const 0))
      (catch $several (local.set $f) (local.set $l) (local.set $d)))
    (f64.convert_i32_s)
    (f64.add (f64.add (local.get $d) (f64.convert_i64_s (local.get $l))) (f64.promote_f32 (local.get $f)))
    (f64.add))

  ;; The inner try hands over to the outermost one; that in between sees nothing.
  (func $delegated (result i32)
    (try $outer (result i32)
      (do
        (try (result i32)
          (do (try (result i32) (do (call $throw_odd (i32.const 3))) (delegate $outer)))
          (catch_all (i32.const 0))))
      (catch $number)))

  (func $to_caller (result i32)
    (try (result i32) (do (call $throw_odd (i32.const 5))) (delegate 0)))

  ;; A try in a handler, and the outer exception thrown again from within the inner handler.
  (func $nested (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (throw $number (i32.const 1)))
          (catch $number (drop)
            (try (result i32) (do (throw $several (i32.const 2) (f64.const 0) (i64.const 0) (f32.const 0)))
              (catch_all (rethrow 1))))))
      (catch $number (i32.add (i32.const 40)))
      (catch_all (i32.const 0))))

  ;; Out of a loop and an if, with operands below.
  (func $operands (param $n i32) (result i32)
    (i32.add (i32.mul (local.get $n) (i32.const 100))
      (try (result i32)
        (do
          (if (result i32) (local.get $n)
            (then (loop (result i32) (i32.add (i32.const 1) (call $throw_odd (local.get $n)))))
            (else (throw $empty))))
        (catch $number (i32.add (i32.const 10)))
        (catch $empty (i32.const 20)))))

  (func $check (param $number i32) (param $good i32)
    (if (i32.eqz (local.get $good)) (then (call $proc_exit (local.get $number)))))

  (func (export "_start")
    (call $check (i32.const 1)
      (i64.eq (call $loop (i32.const 20000000)) (i64.const 100010000000000)))
    (call $check (i32.const 2) (i32.eq (global.get $cleanups) (i32.const 10000000)))
    (call $check (i32.const 3)
      (i32.eq (try (result i32) (do (call $deep (i32.const 1000))) (catch $number)) (i32.const 77)))
    (call $check (i32.const 4) (f64.eq (call $several) (f64.const 5.75)))
    (call $check (i32.const 5) (i32.eq (call $delegated) (i32.const 3)))
    (call $check (i32.const 6)
      (i32.eq (try (result i32) (do (call $to_caller)) (catch $number)) (i32.const 5)))
    (call $check (i32.const 7) (i32.eq (call $nested) (i32.const 41)))
    (call $check (i32.const 8) (i32.eq (call $operands (i32.const 0)) (i32.const 20)))
    (call $check (i32.const 9) (i32.eq (call $operands (i32.const 2)) (i32.const 203)))
    (call $check (i32.const 10) (i32.eq (call $operands (i32.const 7)) (i32.const 717)))))
