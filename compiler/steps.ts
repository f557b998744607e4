/** Long work with pauses, in which others may have the thread. */
export type Steps<T> = Generator<void, T>
