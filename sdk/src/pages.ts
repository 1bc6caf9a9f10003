import { unexpectedAnswer } from './errors.ts'

/** One page of a list; `next_cursor` requests the page after it. */
export type Page<Item> = {
  readonly data: readonly Item[]
  readonly has_more: boolean
  readonly next_cursor: string | null
}

/** The parameters of every list. */
export type PageParams = {
  /** Items per page, 1 to 100. */
  readonly limit?: number
  /** The position to continue from: `next_cursor` of a page. */
  readonly cursor?: string
}

/** A list on the server: iterate over all its items, or request one page. It sends no request before that. */
export type Pages<Item> = AsyncIterable<Item> & {
  /** The page at the given cursor; default: the first. */
  readonly page: (cursor?: string) => Promise<Page<Item>>
  /** Page after page; the next one is fetched while the caller works on the current one. */
  readonly pages: () => AsyncGenerator<Page<Item>, void, void>
}

/** What a list answers beside a page. */
export function withoutPage<List extends Page<unknown>>(list: List): Omit<List, keyof Page<unknown>> {
  const { data: _data, has_more: _more, next_cursor: _cursor, ...rest } = list
  return rest
}

/** `fetchPage` fetches one page. Iterating requests pages of `pageMax` items by default. */
export function createPages<Item>(
  fetchPage: (params: PageParams) => Promise<Page<Item>>,
  params: PageParams,
  pageMax: number | undefined,
): Pages<Item> {
  const load = async (pageParams: PageParams): Promise<Page<Item>> => {
    const { data, has_more, next_cursor } = await fetchPage(pageParams)
    const isList = Array.isArray(data) && data.every((item) => typeof item === 'object' && item !== null)
    if (!isList) throw unexpectedAnswer('it is no page of a list')
    return { data, has_more, next_cursor }
  }
  async function* pages(): AsyncGenerator<Page<Item>, void, void> {
    const whole = { ...(pageMax !== undefined && { limit: pageMax }), ...params }
    const seen = new Set<string>()
    let page = await load(whole)
    for (;;) {
      const cursor = page.has_more ? page.next_cursor : null
      // It would go on for ever.
      if (cursor !== null && seen.has(cursor)) throw unexpectedAnswer('it leads back to a page that was read')
      if (cursor !== null) seen.add(cursor)
      const next = cursor === null ? undefined : load({ ...whole, cursor })
      // A caller that stops early never awaits it, so a failure must not count as unhandled.
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
