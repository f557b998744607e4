import type { Module } from '../wasm/module.ts'

/** A module without anything, to which types and entities are added. */
export const emptyModule = (name = ''): Module => ({
  bytes: new Uint8Array(),
  name,
  file: '',
  types: [],
  funcs: [],
  tables: [],
  memories: [],
  globals: [],
  tags: [],
  exports: [],
  elements: [],
  data: [],
  customs: [],
  features: new Map(),
  namedTables: new Set(),
})
