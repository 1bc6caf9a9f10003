import { setImmediate } from 'node:timers/promises'
import type { Part } from '#platform/idempotency'

/** Others wait while a slice is decided and written. A batch within these limits is one slice. */
const sliceItemsMax = 1_000
const slicePairsMax = 10_000

type Item = { readonly metadata?: Readonly<Record<string, string>> }

export type Slice<Command> = Part & { readonly commands: readonly Command[] }

/** The same commands always make the same slices, so a repeated request finds the slices that are done. */
export function slicesOf<Command extends Item>(commands: readonly Command[]): Slice<Command>[] {
  const slices: Slice<Command>[] = []
  let from = 0
  let pairs = 0
  const end = (to: number) => {
    slices.push({ index: slices.length, from, to, commands: commands.slice(from, to) })
    from = to
    pairs = 0
  }
  for (const [at, { metadata }] of commands.entries()) {
    let added = 0
    for (const _ in metadata) added += 1
    if (at > from && (at - from >= sliceItemsMax || pairs + added > slicePairsMax)) end(at)
    pairs += added
  }
  if (from < commands.length) end(commands.length)
  return slices
}

const itemsPerTurn = 500

/** Like `map`, in several turns of the event loop. */
export async function mapInTurns<From, To>(
  items: readonly From[],
  map: (item: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % itemsPerTurn === 0) await setImmediate()
    mapped.push(map(item, index))
  }
  return mapped
}

const head = /^\{((?:"[a-z]+":\d+,)*)"results":\[/

export type JoinedAnswer = {
  readonly add: (body: string) => void
  readonly bytes: () => Buffer
}

/** Joins the answers of slices, in their order: counts are added up, and results follow one another. */
export function createJoinedAnswer(): JoinedAnswer {
  const counts = new Map<string, number>()
  const chunks: Buffer[] = []
  return {
    add: (body) => {
      const [found = '', counted = ''] = head.exec(body) ?? []
      for (const [, name = '', count] of counted.matchAll(/"([a-z]+)":(\d+)/g)) {
        counts.set(name, (counts.get(name) ?? 0) + Number(count))
      }
      chunks.push(Buffer.from(`${chunks.length === 0 ? '' : ','}${body.slice(found.length, -']}'.length)}`))
    },
    bytes: () => {
      const counted = [...counts].map(([name, count]) => `"${name}":${count},`).join('')
      return Buffer.concat([Buffer.from(`{${counted}"results":[`), ...chunks, Buffer.from(']}')])
    },
  }
}
