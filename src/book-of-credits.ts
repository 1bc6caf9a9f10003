import { listBookNumbers, resolveBook } from '#access'
import type { Queryable } from '#platform/postgres'
import type { Rails } from '#rails'

/** The book that the rail's settings name, or the only one. */
export function bookOfCredits(rails: Pick<Rails, 'rail'>) {
  return async (on: Queryable, name: string): Promise<number | undefined> => {
    const named = rails.rail(name)?.capabilities.creditsBook
    if (named !== undefined) {
      const book = await resolveBook(on, named)
      return book.ok ? book.value.number : undefined
    }
    const [only, ...others] = await listBookNumbers(on)
    return others.length === 0 ? only : undefined
  }
}
