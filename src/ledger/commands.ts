import type { Refusal, Timestamp, Uuid } from '#kernel'
import type { LedgerRefusalCode } from './refusals.ts'

/** The internal number of a book. Its public id belongs to the access module. */
export type BookNumber = number

/** An account as clients name it: its id (`acc_…`) or its code. */
export type AccountReference = string

export type Metadata = Readonly<Record<string, string>>

/** Conditions on an account; each given one must hold. */
export type AccountCondition = {
  readonly version?: number
  /** Inclusive bounds on the balance before the transfer, in minor units. */
  readonly postedMin?: bigint
  readonly postedMax?: bigint
  readonly availableMin?: bigint
  readonly availableMax?: bigint
}

/** Moves `amount` from `source` to `destination`, or holds it when `pending`. */
export type CreateTransfer = {
  readonly kind: 'create'
  readonly book: BookNumber
  readonly id: Uuid
  /** True when the client chose the id. The ledger then looks it up, and records a refusal under it. */
  readonly idGiven: boolean
  readonly source: AccountReference
  readonly destination: AccountReference
  /** Minor units, positive. For a balancing transfer: the most to move. */
  readonly amount: bigint
  readonly asset: string
  readonly pending?: boolean
  readonly expiresAt?: Timestamp
  /** Moves as much as this side allows, up to `amount`. */
  readonly balancing?: 'source' | 'destination'
  readonly reference?: string
  readonly effectiveAt?: Timestamp
  readonly metadata?: Metadata
  readonly conditions?: { readonly source?: AccountCondition; readonly destination?: AccountCondition }
  /** With `pending`: the hold belongs to the program, and only the program ends it. */
  readonly byProgram?: true
}

/** Posts all of a pending transfer, or `amount` of it; the rest is released. */
export type PostTransfer = {
  readonly kind: 'post'
  readonly book: BookNumber
  readonly id: Uuid
  readonly amount?: bigint
  readonly byProgram?: true
}

export type VoidTransfer = {
  readonly kind: 'void'
  readonly book: BookNumber
  readonly id: Uuid
  readonly byProgram?: true
}

/** Releases a pending transfer that has reached its `expiresAt`; refused before that. */
export type ExpireTransfer = { readonly kind: 'expire'; readonly book: BookNumber; readonly id: Uuid }

export type TransferCommand = CreateTransfer | PostTransfer | VoidTransfer | ExpireTransfer

/** When `atomic`, the commands succeed or fail together; otherwise each by itself. */
export type CommandGroup = { readonly commands: readonly TransferCommand[]; readonly atomic: boolean }

export type TransferState = 'pending' | 'posted' | 'voided' | 'expired'

/** A transfer as it is now, or as it was right after the answered command. */
export type Transfer = {
  readonly id: Uuid
  readonly book: BookNumber
  readonly position: number
  readonly source: AccountName
  readonly destination: AccountName
  readonly amount: bigint
  readonly asset: string
  readonly state: TransferState
  /** 0 while pending and after void or expiry. */
  readonly amountPosted: bigint
  readonly pending: boolean
  readonly expiresAt?: Timestamp | undefined
  readonly reference?: string | undefined
  readonly effectiveAt: Timestamp
  readonly recordedAt: Timestamp
  readonly resolvedAt?: Timestamp | undefined
  readonly metadata: Metadata
}

export type AccountName = {
  readonly id: Uuid
  readonly code: string
  readonly asset: string
  readonly publicId?: string
}

/** `replayed`: the id was decided before, and this is the first outcome. */
export type TransferOutcome =
  | { readonly ok: true; readonly transfer: Transfer; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal<LedgerRefusalCode>; readonly replayed: boolean }

export type AccountState = 'open' | 'frozen' | 'closed'

/** An account with its balances as of its latest entry, in minor units. */
export type Account = AccountName & {
  readonly book: BookNumber
  readonly state: AccountState
  /** Limit of the available balance; null: no limit. */
  readonly minAvailable: bigint | null
  /** Limit of posted plus incoming holds; null: no limit. */
  readonly maxBalance: bigint | null
  readonly posted: bigint
  /** Available = posted - pendingOut. */
  readonly pendingOut: bigint
  readonly pendingIn: bigint
  /** Counts the account's entries and changes of settings. */
  readonly version: number
  readonly metadata: Metadata
  readonly createdAt: Timestamp
}

export type CreateAccount = {
  readonly book: BookNumber
  readonly id: Uuid
  readonly idGiven: boolean
  readonly code: string
  readonly asset: string
  readonly minAvailable: bigint | null
  readonly maxBalance: bigint | null
  readonly metadata: Metadata
}

export type AccountOutcome =
  | { readonly ok: true; readonly account: Account; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal<LedgerRefusalCode>; readonly replayed: boolean }

/** Changes an account's settings. Omitted settings stay. */
export type ChangeAccount = {
  readonly book: BookNumber
  readonly account: AccountReference
  readonly state?: AccountState
  readonly minAvailable?: bigint | null
  readonly maxBalance?: bigint | null
  readonly metadata?: Metadata
  /** Refuses with `condition_not_met` unless the account has this version. */
  readonly version?: number
}
