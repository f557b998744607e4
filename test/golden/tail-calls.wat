;; A jump, a plain call, calls in registers, and calls whose arguments go through memory.
(module
  (type $number (func (param i32 i64) (result i64)))
  (type $other (func (param f64) (result i64)))
  (table funcref (elem $to_other))

  (func (export "countdown") (param i32) (result i32) (local i64)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
    (return_call 0 (i32.sub (local.get 0) (i32.const 1))))

  (func (export "forwards") (type $number)
    (return_call $odd (local.get 0) (i64.const 1)))
  (func $even (type $number)
    (return_call $odd (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
  (func $odd (type $number)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $even (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))

  (func $to_other (export "to_other") (type $number)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $back (f64.convert_i32_u (local.get 0))))
  (func $back (type $other)
    (return_call_indirect (type $number)
      (i32.sub (i32.trunc_f64_u (local.get 0)) (i32.const 1)) (i64.const 2) (i32.const 0))))
