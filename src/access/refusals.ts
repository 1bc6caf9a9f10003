import type { Refusal } from '#kernel'

/** Every reason for which access refuses, with the next action. */
export const accessRefusals = {
  book_not_found: 'There is no book of that id or code.',
  book_not_allowed: 'The key belongs to another book. Only an operator key may act in a book that is not its own.',
  book_code_taken: 'Another book has that code.',
  api_key_not_found: 'There is no API key of that id.',
  scope_beyond_own: 'A key makes and revokes only keys whose scope is not above its own. Use an operator key.',
  last_operator_key: 'The key is the last operator key that is not revoked. Create another one first.',
  too_many_unknown_keys:
    'Too many calls with unknown keys have come from this address, or from everywhere. A key in use is not concerned. Try again in a second.',
} as const

export type AccessRefusalCode = keyof typeof accessRefusals

export type AccessRefusal = Refusal<AccessRefusalCode>
