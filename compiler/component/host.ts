/** The system's side of components: runtime/component, compiled to wasm over WASI preview 1. */
import type { Module } from '../wasm/module.ts'
import { hasTasks } from './async/has-tasks.ts'
import type { Component } from './definitions.ts'

/** The files in dist/runtime that hold it, compressed (image/lz.ts): each with sockets or tasks only for components that have some. */
export const HOST_FILES = {
  plain: 'component.bin',
  net: 'component-net.bin',
  async: 'component-async.bin',
  'async-net': 'component-async-net.bin',
} as const

export type HostPart = keyof typeof HOST_FILES

/** Which of them a component with these imports needs. */
export function hostPart(component: Component, imports: Iterable<string>): HostPart {
  const net = [...imports].some((name) => name.startsWith('wasi:sockets/'))
  if (hasTasks(component)) return net ? 'async-net' : 'async'
  return net ? 'net' : 'plain'
}

export interface Host {
  /** Exports `memory`, `host_realloc`, functions of handles, and those of WASI by {@link hostKey}. */
  module: Module
}

/** What a version may stand for: 0.2.3 for any 0.2, 1.2.3 for any 1. */
export function track(version: string): string {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined) return version
  return major !== '0' ? major : minor !== '0' ? `0.${minor}` : `0.0.${patch}`
}

/** How a function or resource of an interface is called, whichever of its versions is imported. */
export function hostKey(interfaceName: string, item: string): string {
  const [path, version] = interfaceName.split('@')
  return `${version === undefined ? path : `${path}@${track(version)}`}#${item}`
}
