import { encodeId, idPrefix, type Uuid } from '#kernel'
import { Fault } from '../faults/index.ts'
import { epochChanged } from '../postgres/index.ts'
import type { EventBatch } from '../stream/index.ts'

export type BookIdsDependencies = {
  readonly readBookIds: () => Promise<ReadonlyMap<number, Uuid>>
  /** Of the database. */
  readonly epoch: () => number
}

/** The id of a batch's book, as the server has it from which the batch was read: another one may give its number again. */
export function createBookIds({ readBookIds, epoch }: BookIdsDependencies) {
  let known: { readonly epoch: number; readonly ids: ReadonlyMap<number, Uuid> } | undefined
  return async ({ book, epoch: ofBatch }: Pick<EventBatch, 'book' | 'epoch'>): Promise<string> => {
    if (known?.epoch !== ofBatch || !known.ids.has(book)) {
      const ids = await readBookIds()
      if (epoch() !== ofBatch) throw epochChanged()
      known = { epoch: ofBatch, ids }
    }
    const id = known.ids.get(book)
    if (id === undefined) throw unknownBook(book)
    return encodeId(idPrefix.book, id)
  }
}

function unknownBook(book: number): Fault {
  const message = `The feed has events of book ${book}, and there is no such book.`
  return new Fault({ code: 'book_unknown', message, retryable: true })
}
