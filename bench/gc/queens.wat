;; Queens on a board, as lists of small numbers.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (type $list (struct (field $head (ref i31)) (field $tail (ref null $list))))
  (type $boards (struct (field $board (ref null $list)) (field $rest (ref null $boards))))
  (func $safe (param $column i32) (param $board (ref null $list)) (result i32) (local $d i32) (local $c i32)
    (local.set $d (i32.const 1))
    (loop $again
      (if (ref.is_null (local.get $board)) (then (return (i32.const 1))))
      (local.set $c (i31.get_s (struct.get $list $head (local.get $board))))
      (if (i32.eq (local.get $c) (local.get $column)) (then (return (i32.const 0))))
      (if (i32.eq (i32.add (local.get $c) (local.get $d)) (local.get $column)) (then (return (i32.const 0))))
      (if (i32.eq (i32.sub (local.get $c) (local.get $d)) (local.get $column)) (then (return (i32.const 0))))
      (local.set $d (i32.add (local.get $d) (i32.const 1)))
      (local.set $board (struct.get $list $tail (local.get $board)))
      (br $again))
    (unreachable))
  (func $solve (param $n i32) (result i32) (local $boards (ref null $boards)) (local $next (ref null $boards)) (local $row i32) (local $column i32) (local $count i32)
    (local.set $boards (struct.new $boards (ref.null $list) (ref.null $boards)))
    (loop $rows
      (local.set $next (ref.null $boards))
      (loop $each
        (if (i32.eqz (ref.is_null (local.get $boards)))
          (then
            (local.set $column (i32.const 0))
            (loop $columns
              (if (call $safe (local.get $column) (struct.get $boards $board (local.get $boards)))
                (then (local.set $next (struct.new $boards (struct.new $list (ref.i31 (local.get $column)) (struct.get $boards $board (local.get $boards))) (local.get $next)))))
              (br_if $columns (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 1))) (local.get $n))))
            (local.set $boards (struct.get $boards $rest (local.get $boards)))
            (br $each))))
      (local.set $boards (local.get $next))
      (br_if $rows (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $n))))
    (loop $length
      (if (i32.eqz (ref.is_null (local.get $boards)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $boards (struct.get $boards $rest (local.get $boards)))
          (br $length))))
    (local.get $count))
  (func (export "_start") (local $i i32)
    (loop $again
      (if (i32.ne (call $solve (i32.const 10)) (i32.const 724)) (then (call $exit (i32.const 1))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30))))
    (if (i32.ne (call $solve (i32.const 12)) (i32.const 14200)) (then (call $exit (i32.const 2))))))
