import { getTransfers } from '#ledger'
import { answerPage, integerCursor, pageRequest } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { renderTimelineItem } from '../timeline/render-timeline.ts'
import type { TimelineItem } from '../timeline/timeline.ts'

/** A page ends before the item with which it would exceed this; it has at least one item. */
const transfersMax = 1_000

/** A timeline only grows at its end, so the cursor is an offset. */
export async function answerTimeline(
  database: Queryable,
  book: number,
  items: readonly TimelineItem[],
  query: { readonly limit?: string; readonly cursor?: string },
) {
  const { limit, cursor: from = 0 } = pageRequest(query, integerCursor)
  const page = firstOf(items.slice(from, from + limit))
  const ids = [...new Set(page.flatMap(({ transfers }) => transfers))]
  const found = ids.length === 0 ? [] : await getTransfers(database, book, ids)
  const transfers = new Map(found.map((transfer) => [transfer.id, transfer]))
  const to = from + page.length
  const next = items.length > to ? to : undefined
  return answerPage({ items: page, next }, integerCursor, (item) => renderTimelineItem(item, transfers))
}

function firstOf(items: readonly TimelineItem[]): readonly TimelineItem[] {
  let named = 0
  const end = items.findIndex(({ transfers }, index) => {
    named += transfers.length
    return index > 0 && named > transfersMax
  })
  return end < 0 ? items : items.slice(0, end)
}
