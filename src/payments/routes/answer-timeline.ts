import { getTransfers } from '#ledger'
import { answerText, decodeCursor, encodeCursor, InvalidRequest, pageLimit } from '#platform/http'
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
  const [from] = query.cursor === undefined ? [0] : decodeCursor(query.cursor, 'integer')
  if (from < 0)
    throw new InvalidRequest('cursor must be the next_cursor of an earlier page of this list', { param: 'cursor' })
  const page = firstOf(items.slice(from, from + pageLimit(query)))
  const ids = [...new Set(page.flatMap(({ transfers }) => transfers))]
  const found = ids.length === 0 ? [] : await getTransfers(database, book, ids)
  const transfers = new Map(found.map((transfer) => [transfer.id, transfer]))
  const data = page.map((item) => renderTimelineItem(item, transfers)).join(',')
  const to = from + page.length
  const next = items.length > to ? `"${encodeCursor(to)}"` : 'null'
  return answerText(200, `{"data":[${data}],"has_more":${items.length > to},"next_cursor":${next}}`)
}

function firstOf(items: readonly TimelineItem[]): readonly TimelineItem[] {
  let named = 0
  const end = items.findIndex(({ transfers }, index) => {
    named += transfers.length
    return index > 0 && named > transfersMax
  })
  return end < 0 ? items : items.slice(0, end)
}
