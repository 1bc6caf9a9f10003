/** What tells one server process from every other, also from a later one with the same process id. */
export type Backend = { readonly pid: number; readonly started: string }
