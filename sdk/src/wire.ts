/** The API's schemas as JSON carries them: amounts as digit strings. */

export type WireBook = { id: string; code: string; name: string; created_at: string }

export type WireAsset = { code: string; scale: number; name: string; kind: 'iso4217' | 'custom' }

export type WireAccount = {
  id: string
  code: string
  asset: string
  state: 'open' | 'frozen' | 'closed'
  /** The least the available balance may become; null: no limit. */
  min_available: string | null
  /** The most the balance may become; null: no limit. */
  max_balance: string | null
  posted: string
  /** Held to go out. */
  pending: string
  /** Held to come in. */
  pending_in: string
  /** posted - pending */
  available: string
  /** Counts the account's entries and changes. */
  version: number
  metadata: Record<string, string>
  created_at: string
}

export type WireTransfer = {
  id: string
  source: string
  source_code: string
  destination: string
  destination_code: string
  amount: string
  asset: string
  state: 'pending' | 'posted' | 'voided' | 'expired'
  amount_posted: string
  pending: boolean
  expires_at: string | null
  reference: string | null
  effective_at: string
  recorded_at: string
  resolved_at: string | null
  metadata: Record<string, string>
}

export type WireEntry = {
  transfer: string
  kind: 'posted' | 'held' | 'settled' | 'voided' | 'expired'
  direction: 'in' | 'out'
  /** What was posted; 0 for a hold. */
  amount: string
  /** Signed. */
  pending_change: string
  /** The balances after this entry. */
  posted: string
  pending: string
  pending_in: string
  available: string
  version: number
  counterparty: string
  counterparty_code: string
  reference: string | null
  effective_at: string
  recorded_at: string
}

export type WireBalance = {
  account: string
  code: string
  asset: string
  posted: string
  pending: string
  pending_in: string
  available: string
  version: number
  at: string | null
}

export type WireStatement = {
  account: string
  code: string
  asset: string
  by: 'recorded' | 'effective'
  from: string | null
  to: string | null
  opening: string
  closing: string
  total_in: string
  total_out: string
  data: WireEntry[]
  has_more: boolean
  next_cursor: string | null
}

export type WireTrialBalance = {
  as_of: string
  totals: { asset: string; debit: string; credit: string }[]
  data: { account: string; code: string; asset: string; debit: string; credit: string }[]
  has_more: boolean
  next_cursor: string | null
}

export type WireEvent = { id: string; type: string; created_at: string; data: WireAccount | WireTransfer }

export type WireApiKey = {
  id: string
  book: string | null
  scope: 'read' | 'write' | 'admin'
  name: string
  created_at: string
}

export type WirePage<Item> = { data: Item[]; has_more: boolean; next_cursor: string | null }

export type WireItemError = { code: string; detail: string; param?: string }

export type WireAccountResult = { status: number; account?: WireAccount; error?: WireItemError }

export type WireTransferResult = { status: number; transfer?: WireTransfer; error?: WireItemError }

export type WireTransferBatch = { booked: number; replayed: number; refused: number; results: WireTransferResult[] }

export type WireCreateAccount = {
  id?: string
  code: string
  asset: string
  min_available?: string | null
  max_balance?: string | null
  metadata?: Record<string, string>
}

export type WireUpdateAccount = {
  min_available?: string | null
  max_balance?: string | null
  metadata?: Record<string, string>
  version?: number
}

export type WireAccountCondition = {
  version?: number
  posted_min?: string
  posted_max?: string
  available_min?: string
  available_max?: string
}

export type WireCreateTransfer = {
  id?: string
  /** An account's id or code. */
  source: string
  /** An account's id or code. */
  destination: string
  amount: string
  asset: string
  pending?: boolean
  expires_at?: string
  balancing?: 'source' | 'destination'
  reference?: string
  effective_at?: string
  metadata?: Record<string, string>
  conditions?: { source?: WireAccountCondition; destination?: WireAccountCondition }
  dry_run?: boolean
}
