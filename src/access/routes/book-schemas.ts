import { Type } from 'typebox'
import { idPrefix } from '#kernel'
import { idSchema } from '#platform/http'
import { bookCodePattern } from '../access.ts'

export const bookCode = Type.String({
  pattern: bookCodePattern,
  description: 'Lower-case letters, digits, `-` and `_`; up to 24.',
  examples: ['tenant-7'],
})
export const bookId = Type.String({
  ...idSchema(idPrefix.book),
  description: 'The id of the book.',
  examples: ['book_01k0a2m4q6r8s0t2v4w6x8y0z2'],
})
/** In a body, the book in which something is made. */
export const bookReference = Type.Optional(
  Type.String({
    maxLength: 100,
    description: 'Id or code; by default the book the request acts in.',
    examples: ['tenant-7'],
  }),
)
