;; What a module says of its branches is told the C compiler.
(module
  (func (export "count") (param i32) (result i32) (local i32)
    local.get 0
    i32.eqz
    (@metadata.code.branch_hint "\00") if
      i32.const -1
      return
    end
    (if (i32.eq (local.get 0) (i32.const 7)) (then (return (i32.const 7))))
    loop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))
      (@metadata.code.branch_hint "\01") br_if 0
    end
    local.get 1))
