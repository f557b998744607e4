;; One function per trap; the first argument's first byte, from 'A' on, says which is called.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (memory (export "memory") 1 2)
  (data $passive "passive")
  (type $case (func))
  (type $other (func (param i64) (result i64)))
  (table $cases 64 64 funcref)
  (table $small 3 5 funcref)
  (elem (table $cases) (i32.const 0) func
    $unreachable $div_s_zero $div_u_zero $rem_s_zero $rem_u_zero $div64_zero
    $div_s_overflow $div64_s_overflow $trunc_nan $trunc_large $trunc64_u_negative
    $call_undefined $call_uninitialized $call_mismatch
    $table_get $table_set $table_fill $table_copy $table_init $table_init_dropped
    $memory_fill $memory_copy $memory_init $memory_init_dropped
    $load_end $load_last_byte $load_far $store_end $store_straddling $store_far
    $load_after_grow $recursion $mutual_recursion $large_frames $deep_inside $load_inside)
  (elem (table $small) (i32.const 0) func $unreachable)
  (elem $declared func $unreachable)
  (elem $passive_elem funcref (ref.func $unreachable) (ref.null func))

  (func $_start (export "_start")
    (drop (call $args_get (i32.const 1024) (i32.const 2048)))
    (call_indirect $cases (type $case) (i32.sub (i32.load8_u (i32.load (i32.const 1028))) (i32.const 65))))

  ;; values that a compiler does not see through
  (func $zero (result i32) (i32.load (i32.const 0)))
  (func $far (result i32) (i32.sub (call $zero) (i32.const 1)))

  (func $unreachable (unreachable))
  (func $div_s_zero (drop (i32.div_s (i32.const 7) (call $zero))))
  (func $div_u_zero (drop (i32.div_u (i32.const 7) (call $zero))))
  (func $rem_s_zero (drop (i32.rem_s (i32.const 7) (call $zero))))
  (func $rem_u_zero (drop (i32.rem_u (i32.const 7) (call $zero))))
  (func $div64_zero (drop (i64.div_s (i64.const 7) (i64.extend_i32_u (call $zero)))))
  (func $div_s_overflow (drop (i32.div_s (i32.const 0x80000000) (call $far))))
  (func $div64_s_overflow (drop (i64.div_s (i64.const 0x8000000000000000) (i64.extend_i32_s (call $far)))))
  (func $trunc_nan (drop (i32.trunc_f32_s (f32.div (f32.const 0) (f32.convert_i32_s (call $zero))))))
  (func $trunc_large (drop (i32.trunc_f64_s (f64.mul (f64.const 1e10) (f64.convert_i32_s (call $far))))))
  (func $trunc64_u_negative (drop (i64.trunc_f64_u (f64.convert_i32_s (call $far)))))
  (func $call_undefined (call_indirect $cases (type $case) (i32.add (call $zero) (i32.const 64))))
  (func $call_uninitialized (call_indirect $cases (type $case) (i32.add (call $zero) (i32.const 63))))
  (func $call_mismatch (drop (call_indirect $cases (type $other) (i64.const 1) (call $zero))))
  (func $table_get (drop (table.get $small (i32.add (call $zero) (i32.const 3)))))
  (func $table_set (table.set $small (call $far) (ref.null func)))
  (func $table_fill (table.fill $small (i32.const 2) (ref.null func) (i32.add (call $zero) (i32.const 2))))
  (func $table_copy (table.copy $small $cases (i32.const 1) (i32.const 0) (i32.add (call $zero) (i32.const 3))))
  (func $table_init (table.init $small $passive_elem (i32.const 0) (i32.const 1) (i32.add (call $zero) (i32.const 2))))
  (func $table_init_dropped
    (elem.drop $passive_elem)
    (table.init $small $passive_elem (i32.const 0) (i32.const 0) (i32.add (call $zero) (i32.const 1))))
  (func $memory_fill (memory.fill (i32.const 65530) (i32.const 1) (i32.add (call $zero) (i32.const 7))))
  (func $memory_copy (memory.copy (i32.const 0) (call $far) (i32.const 1)))
  (func $memory_init (memory.init $passive (i32.const 0) (i32.const 4) (i32.add (call $zero) (i32.const 4))))
  (func $memory_init_dropped
    (data.drop $passive)
    (memory.init $passive (i32.const 0) (i32.const 0) (i32.add (call $zero) (i32.const 1))))
  (func $load_end (drop (i32.load (i32.add (call $zero) (i32.const 65536)))))
  (func $load_last_byte (drop (i32.load (i32.add (call $zero) (i32.const 65533)))))
  (func $load_small (param i32) (result i32) (i32.load (local.get 0)))
  (func $load_inside (drop (i32.add (call $load_small (call $far)) (i32.const 1))))
  (func $load_far (drop (i64.load offset=0xffffffff (call $far))))
  (func $store_end (i32.store8 (i32.add (call $zero) (i32.const 65536)) (i32.const 1)))
  (func $store_straddling (i64.store (i32.add (call $zero) (i32.const 65529)) (i64.const -1)))
  (func $store_far (f64.store offset=0xfffffff0 (call $far) (f64.const 1)))
  (func $load_after_grow
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 131068) (i32.const 1))
    (drop (i32.load (i32.add (call $zero) (i32.const 131069)))))
  (func $recursion (call $recursion) (i32.store (i32.const 64) (i32.add (call $zero) (i32.const 1))))
  (func $mutual_recursion (call $mutual_other (i32.const 1)) (i32.store (i32.const 64) (call $zero)))
  (func $mutual_other (param i32) (call $mutual_recursion) (i32.store (i32.const 68) (local.get 0)))
  ;; many values alive across the call make a large frame
  (func $large_frames
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local.set 0 (i64.load (i32.const 0))) (local.set 1 (i64.load (i32.const 8)))
    (local.set 2 (i64.load (i32.const 16))) (local.set 3 (i64.load (i32.const 24)))
    (local.set 4 (i64.load (i32.const 32))) (local.set 5 (i64.load (i32.const 40)))
    (local.set 6 (i64.load (i32.const 48))) (local.set 7 (i64.load (i32.const 56)))
    (call $large_frames)
    (i64.store (i32.const 0) (local.get 7)) (i64.store (i32.const 8) (local.get 6))
    (i64.store (i32.const 16) (local.get 5)) (i64.store (i32.const 24) (local.get 4))
    (i64.store (i32.const 32) (local.get 3)) (i64.store (i32.const 40) (local.get 2))
    (i64.store (i32.const 48) (local.get 1)) (i64.store (i32.const 56) (local.get 0)))
  (func $deep_inside (call $one_down (i32.const 5)))
  (func $one_down (param i32)
    (if (i32.eqz (local.get 0)) (then (call $unreachable)))
    (call $one_down (i32.sub (local.get 0) (i32.const 1)))
    (i32.store (i32.const 64) (local.get 0))))
