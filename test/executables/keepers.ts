/** A C program of several modules, each with a memory that holds what it was told and what its start function made. */
export const KEEPER = `(module (memory (export "memory") 1 4)
  (func $start (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.load (i32.const 4))))) (start $start)
  (data (i32.const 4) "\\02")
  (func (export "set") (param i32) (i32.store (i32.const 16) (local.get 0)))
  (func (export "get") (result i32) (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 8)))))`

// The places of these two were one: they were found by a hash of the name.
export const keepers = ['mod62', 'mod77']

export const keepersSource = `#include <stdio.h>
${keepers.map((name) => `void ${name}_instantiate(void); void ${name}__set(int); int ${name}__get(void);`).join('\n')}
int main(void) {
  ${keepers.map((name) => `${name}_instantiate();`).join(' ')}
  ${keepers.map((name, i) => `${name}__set(${i * 100});`).join(' ')}
  ${keepers.map((name) => `printf("%d ", ${name}__get());`).join(' ')}
}`
export const keepersPrint = keepers.map((_, i) => `${i * 100 + 2} `).join('')
