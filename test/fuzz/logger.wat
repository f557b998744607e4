;; Between the module and JavaScript, which cannot tell NaNs apart and knows no v128: passes bits.
(module
  (import "bits" "f32" (func $f32 (param i32)))
  (import "bits" "f64" (func $f64 (param i64)))
  (import "bits" "v128" (func $v128 (param i64 i64)))
  (func (export "log-f32") (param f32) (call $f32 (i32.reinterpret_f32 (local.get 0))))
  (func (export "log-f64") (param f64) (call $f64 (i64.reinterpret_f64 (local.get 0))))
  (func (export "log-v128") (param v128)
    (call $v128 (i64x2.extract_lane 0 (local.get 0)) (i64x2.extract_lane 1 (local.get 0)))))
