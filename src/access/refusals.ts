import type { Refusal } from '#kernel'

/** Every reason for which access says no, with what to do next. */
export const accessRefusals = {
  book_not_found: 'There is no book of that id or code.',
  book_not_allowed: 'The key belongs to another book. Only an admin key may act in a book that is not its own.',
  book_code_taken: 'Another book has that code.',
  api_key_not_found: 'There is no API key of that id.',
  last_admin_key: 'The key is the last admin key that is not revoked. Create another one first.',
} as const

export type AccessRefusalCode = keyof typeof accessRefusals

export type AccessRefusal = Refusal<AccessRefusalCode>
