import type { Uuid } from '#kernel'
import type { Page } from '#ledger'
import { type Answer, answerText, encodeCursor } from '#platform/http'

/** The cursor is the id below which the next page starts. */
export function answerPage<Item>(page: Page<Item, Uuid>, render: (item: Item) => string): Answer {
  const end =
    page.next === undefined
      ? '"has_more":false,"next_cursor":null'
      : `"has_more":true,"next_cursor":"${encodeCursor(page.next)}"`
  return answerText(200, `{"data":[${page.items.map(render).join(',')}],${end}}`)
}
