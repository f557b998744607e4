;; A library rather than a program: no _start, and one function that the C program provides.
(module
  (import "host" "report" (func $report (param i32 i64)))
  (memory (export "memory") 1)
  (data (i32.const 16) "Fibonacci, said the module\00")

  (func $fib (export "fib") (param $n i32) (result i64)
    (if (result i64) (i32.lt_u (local.get $n) (i32.const 2))
      (then (i64.extend_i32_u (local.get $n)))
      (else
        (i64.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))

  ;; Reports fib(0) .. fib(n - 1) to the host, and gives the address of a string.
  (func (export "table") (param $n i32) (result i32)
    (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (call $report (local.get $i) (call $fib (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.const 16)))
