import type { Timestamp } from '#kernel'
import { readTime } from '#platform/fields'

export function readCreated(query: { readonly created_from?: string; readonly created_to?: string }): {
  readonly createdFrom: Timestamp | undefined
  readonly createdTo: Timestamp | undefined
} {
  const { created_from: from, created_to: to } = query
  return {
    createdFrom: from === undefined ? undefined : readTime({ value: from, param: 'created_from' }),
    createdTo: to === undefined ? undefined : readTime({ value: to, param: 'created_to' }),
  }
}
