import type { Uuid } from '#kernel'
import type { Page } from '#ledger'
import { type Answer, answerText, encodeCursor } from '#platform/http'

/** Answers a page whose items are rendered one by one; it goes on below an id. */
export function answerPage<Item>(page: Page<Item, Uuid>, render: (item: Item) => string): Answer {
  const end =
    page.next === undefined
      ? '"has_more":false,"next_cursor":null'
      : `"has_more":true,"next_cursor":"${encodeCursor(page.next)}"`
  return answerText(200, `{"data":[${page.items.map(render).join(',')}],${end}}`)
}
