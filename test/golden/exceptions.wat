;; Functions that may throw are looked at after calls; others are not. Both forms of try.
(module
  (type $unary (func (param i32) (result i32)))
  (import "env" "host" (func $host (type $unary)))
  (tag $failure (export "failure") (param i32 f64))
  (tag $empty)
  (table funcref (elem $throws $pure))

  (func $pure (type $unary) (i32.add (local.get 0) (i32.const 1)))
  (func $throws (type $unary)
    (if (local.get 0) (then (throw $failure (local.get 0) (f64.const 0.5))))
    (i32.const 3))

  (func (export "passes_on") (type $unary)
    (i32.add (call $pure (local.get 0)) (call $throws (local.get 0))))

  (func (export "catches") (type $unary)
    (try (result i32)
      (do (call_indirect (type $unary) (call $host (local.get 0)) (i32.const 0)))
      (catch $failure (drop))
      (catch $empty (i32.const 1))))

  (func (export "cleans_up") (type $unary) (local $depth i32)
    (local.set $depth (i32.const 1))
    (try (result i32)
      (do (call $throws (local.get 0)))
      (catch_all
        (local.set $depth (i32.const 0))
        (rethrow 0))))

  (func (export "delegates") (type $unary)
    (try $outer (result i32)
      (do (try (result i32) (do (call $throws (local.get 0))) (delegate $outer)))
      (catch_all (i32.const 2)))))
