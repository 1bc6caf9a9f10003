/** What has to be kept between requests and processes, until it expires. */
export type TokenRecords = {
  readonly find: (record: RecordName) => Promise<object | undefined>
  /** False when a record of that kind and id is in force already. */
  readonly add: (record: TokenRecord) => Promise<boolean>
}

export type RecordName = { readonly kind: string; readonly id: string }

export type TokenRecord = RecordName & { readonly payload: object; readonly seconds: number }

/** What the flows of people keep. All that belongs to one login has the same grant. */
export type GrantRecords = {
  /** A consumed record has the field `consumed`. */
  readonly find: (record: RecordName) => Promise<object | undefined>
  readonly put: (record: TokenRecord & { readonly grant: string | undefined }) => Promise<void>
  /** False when it was consumed before. Of two requests at the same time, one is the first. */
  readonly consume: (record: RecordName) => Promise<boolean>
  readonly remove: (record: RecordName) => Promise<void>
  /** Ends the login: nothing that came from it is accepted any more. */
  readonly endGrant: (grant: string) => Promise<void>
}
