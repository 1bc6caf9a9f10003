import { type Answer, answerText, encodeCursor } from '#platform/http'
import type { Page } from '../lists/reading.ts'

export function answerPage<Item>(page: Page<Item, number>, render: (item: Item) => string): Answer {
  return answerText(200, `{"data":[${page.items.map(render).join(',')}],${renderPageEnd(page)}}`)
}

/** Members of a JSON object. */
export function renderPageEnd(page: Page<unknown, number>): string {
  return page.next === undefined
    ? '"has_more":false,"next_cursor":null'
    : `"has_more":true,"next_cursor":"${encodeCursor(page.next)}"`
}
