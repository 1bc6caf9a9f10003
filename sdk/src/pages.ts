import type { CallOptions } from './transport.ts'
import type { WirePage } from './wire.ts'

/** One page of a list; `next_cursor` asks for the one after it. */
export type Page<Item> = {
  readonly data: readonly Item[]
  readonly has_more: boolean
  readonly next_cursor: string | null
}

/** The parameters every list has. */
export type PageParams = {
  /** Items a page, 1 to 100. */
  readonly limit?: number
  /** Where to go on: `next_cursor` of a page. */
  readonly cursor?: string
}

/** A list on the server: iterate over all its items, or ask for one page. Nothing is sent before. */
export type Pages<Item> = AsyncIterable<Item> & {
  /** The page at the given cursor, else the first. */
  readonly page: (cursor?: string) => Promise<Page<Item>>
  /** Page after page; the next one is fetched while the caller works on the last. */
  readonly pages: () => AsyncGenerator<Page<Item>, void, void>
}

/** Makes a list of what fetches one page of it. Iterating asks for the largest pages unless told otherwise. */
export function createPages<Wire, Item>(
  fetchPage: (params: PageParams, options: CallOptions | undefined) => Promise<WirePage<Wire>>,
  decode: (wire: Wire) => Item,
  params: PageParams,
  options: CallOptions | undefined,
): Pages<Item> {
  const load = async (pageParams: PageParams): Promise<Page<Item>> => {
    const { data, has_more, next_cursor } = await fetchPage(pageParams, options)
    return { data: data.map(decode), has_more, next_cursor }
  }
  async function* pages(): AsyncGenerator<Page<Item>, void, void> {
    const whole = { limit: pageLimitMax, ...params }
    let page = await load(whole)
    for (;;) {
      const cursor = page.has_more ? page.next_cursor : null
      const next = cursor === null ? undefined : load({ ...whole, cursor })
      // Whoever stops early never awaits it.
      next?.catch(() => undefined)
      yield page
      if (next === undefined) return
      page = await next
    }
  }
  return {
    page: (cursor) => load(cursor === undefined ? params : { ...params, cursor }),
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.data
    },
  }
}

const pageLimitMax = 100
