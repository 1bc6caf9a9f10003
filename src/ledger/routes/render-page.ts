import { type Answer, answerText, encodeCursor } from '#platform/http'
import type { Page } from '../lists/reading.ts'

/** Answers with a page whose items are rendered one by one. Its cursor is a single number. */
export function answerPage<Item>(page: Page<Item, number>, render: (item: Item) => string): Answer {
  return answerText(200, `{"data":[${page.items.map(render).join(',')}],${renderPageEnd(page)}}`)
}

/** The `has_more` and `next_cursor` of a page, as members of a JSON object. */
export function renderPageEnd(page: Page<unknown, number>): string {
  return page.next === undefined
    ? '"has_more":false,"next_cursor":null'
    : `"has_more":true,"next_cursor":"${encodeCursor(page.next)}"`
}
