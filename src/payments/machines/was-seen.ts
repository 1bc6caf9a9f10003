import type { Seen } from '../machine.ts'

/** A thing that a case shows: an attempt or loss, with its amount or state. */
export type Shown = { readonly id: string; readonly content: bigint | string }

export function asSeen(all: readonly Shown[]): Seen {
  return Object.fromEntries(all.map(({ id, content }) => [id, content.toString()]))
}

/** `seen` undefined: a message of an older program. Its operator has seen everything. */
export function wasSeen({ id, content }: Shown, seen: Seen | undefined): boolean {
  return seen === undefined || seen[id] === content.toString()
}
