import { getTransfers } from '#ledger'
import { answerPage, type CursorForm, integerCursor, keysetCursor, pageRequest } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { renderTimelineItem } from '../timeline/render-timeline.ts'
import type { TimelineItem } from '../timeline/timeline.ts'
import type { TimelineStretch } from '../timeline/timeline-read-model.ts'

/** A page ends before the item with which it would exceed this; it has at least one item. */
const transfersMax = 1_000

/** `skip`: how many items of that time earlier pages have shown. */
type Place = readonly [at: number, skip: number]

const places = keysetCursor('integer', 'integer')
const placeCursor: CursorForm<Place> = {
  write: places.write,
  read: (text) => {
    try {
      return places.read(text)
    } catch {
      // Earlier releases wrote an offset.
      return [0, integerCursor.read(text)]
    }
  },
}

/** A timeline only grows at its end. `read` returns the items of a stretch in order, and maybe more. */
export async function answerTimeline(
  database: Queryable,
  book: number,
  read: (stretch: TimelineStretch) => Promise<readonly TimelineItem[]>,
  query: { readonly limit?: string; readonly cursor?: string },
) {
  const { limit, cursor: [from, skip] = [0, 0] } = pageRequest(query, placeCursor)
  const items = await read({ from, limit: skip + limit + 1 })
  const left = items.filter(({ at }) => at >= from).slice(skip)
  const page = firstOf(left.slice(0, limit))
  const ids = [...new Set(page.flatMap(({ transfers }) => transfers))]
  const found = ids.length === 0 ? [] : await getTransfers(database, book, ids)
  const transfers = new Map(found.map((transfer) => [transfer.id, transfer]))
  const next = left.length > page.length ? placeAfter(page, [from, skip]) : undefined
  return answerPage({ items: page, next }, placeCursor, (item) => renderTimelineItem(item, transfers))
}

function placeAfter(page: readonly TimelineItem[], [from, skip]: Place): Place {
  const at = page.at(-1)?.at ?? from
  const shown = page.filter((item) => item.at === at).length
  return [at, at === from ? skip + shown : shown]
}

function firstOf(items: readonly TimelineItem[]): readonly TimelineItem[] {
  let named = 0
  const end = items.findIndex(({ transfers }, index) => {
    named += transfers.length
    return index > 0 && named > transfersMax
  })
  return end < 0 ? items : items.slice(0, end)
}
