import type { Refusal, Timestamp, Uuid } from '#kernel'
import type { LedgerRefusalCode } from './refusals.ts'

/** The number of a book inside the database; the public id is access's business. */
export type BookNumber = number

/** An account as clients name it: its id (`acc_…`) or its code. */
export type AccountReference = string

/** Text pairs a client keeps with an account or a transfer. */
export type Metadata = Readonly<Record<string, string>>

/** What must hold of an account for a transfer to be made; every given part must hold. */
export type AccountCondition = {
  /** The account's version must be exactly this: nothing happened on it since it was read. */
  readonly version?: number
  /** Bounds, inclusive, on the balance before the transfer, in minor units. */
  readonly postedMin?: bigint
  readonly postedMax?: bigint
  readonly availableMin?: bigint
  readonly availableMax?: bigint
}

/** Move `amount` from `source` to `destination`, or hold it when `pending`. */
export type CreateTransfer = {
  readonly kind: 'create'
  readonly book: BookNumber
  readonly id: Uuid
  /** True when the client chose the id: it is looked up, and its refusal is recorded. */
  readonly idGiven: boolean
  readonly source: AccountReference
  readonly destination: AccountReference
  /** Minor units, positive. For a balancing transfer: the most to move. */
  readonly amount: bigint
  readonly asset: string
  readonly pending?: boolean
  /** Only with `pending`: when the hold lapses by itself. */
  readonly expiresAt?: Timestamp
  /** Move as much as there is, up to `amount`: what the source can spare or the destination can take. */
  readonly balancing?: 'source' | 'destination'
  /** Unique in the book. */
  readonly reference?: string
  readonly effectiveAt?: Timestamp
  readonly metadata?: Metadata
  readonly conditions?: { readonly source?: AccountCondition; readonly destination?: AccountCondition }
  /** With `pending`: the program keeps the hold for something of its own, and only the program ends it. */
  readonly byProgram?: true
}

/** Post a pending transfer, whole or the given part; the rest is released. */
export type PostTransfer = {
  readonly kind: 'post'
  readonly book: BookNumber
  readonly id: Uuid
  readonly amount?: bigint
  /** May end what the program holds for itself. */
  readonly byProgram?: true
}

/** Release a pending transfer. */
export type VoidTransfer = {
  readonly kind: 'void'
  readonly book: BookNumber
  readonly id: Uuid
  /** May end what the program holds for itself. */
  readonly byProgram?: true
}

/** Release a pending transfer whose time has come; refused before that. */
export type ExpireTransfer = { readonly kind: 'expire'; readonly book: BookNumber; readonly id: Uuid }

export type TransferCommand = CreateTransfer | PostTransfer | VoidTransfer | ExpireTransfer

/** Commands that succeed or fail together when `atomic`, each for itself otherwise; in order. */
export type CommandGroup = { readonly commands: readonly TransferCommand[]; readonly atomic: boolean }

export type TransferState = 'pending' | 'posted' | 'voided' | 'expired'

/** A transfer as it is, or as it was right after the command that is being answered. */
export type Transfer = {
  readonly id: Uuid
  readonly book: BookNumber
  readonly position: number
  readonly source: AccountName
  readonly destination: AccountName
  readonly amount: bigint
  readonly asset: string
  readonly state: TransferState
  /** What was posted: the amount, a part of it, or 0 while pending and after void or expiry. */
  readonly amountPosted: bigint
  readonly pending: boolean
  readonly expiresAt?: Timestamp | undefined
  readonly reference?: string | undefined
  readonly effectiveAt: Timestamp
  readonly recordedAt: Timestamp
  /** When a pending transfer was posted, voided or expired. */
  readonly resolvedAt?: Timestamp | undefined
  readonly metadata: Metadata
}

/** The immutable facts by which an account is known. */
export type AccountName = {
  readonly id: Uuid
  readonly code: string
  readonly asset: string
  /** The id as clients see it, where it has been worked out before. */
  readonly publicId?: string
}

/** What became of one command. `replayed`: the id had been decided before; this is that decision. */
export type TransferOutcome =
  | { readonly ok: true; readonly transfer: Transfer; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal<LedgerRefusalCode>; readonly replayed: boolean }

export type AccountState = 'open' | 'frozen' | 'closed'

/** An account with its balances as of its latest entry. Minor units. */
export type Account = AccountName & {
  readonly book: BookNumber
  readonly state: AccountState
  /** The least the available balance may become; null: no limit. */
  readonly minAvailable: bigint | null
  /** The most that posted plus incoming holds may become; null: no limit. */
  readonly maxBalance: bigint | null
  readonly posted: bigint
  /** Held to go out; available = posted - pendingOut. */
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
  /** Default 0n. */
  readonly minAvailable: bigint | null
  /** Default null. */
  readonly maxBalance: bigint | null
  readonly metadata: Metadata
}

export type AccountOutcome =
  | { readonly ok: true; readonly account: Account; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal<LedgerRefusalCode>; readonly replayed: boolean }

/** A change of an account's settings; what is left out stays. */
export type ChangeAccount = {
  readonly book: BookNumber
  readonly account: AccountReference
  readonly state?: AccountState
  readonly minAvailable?: bigint | null
  readonly maxBalance?: bigint | null
  readonly metadata?: Metadata
  /** Refuse with `condition_not_met` unless the account's version is this. */
  readonly version?: number
}
