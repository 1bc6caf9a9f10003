import { decodeId, idPrefix } from '#kernel'
import type { AccountStanding, Ledger, NamedAccount, Standings } from '#ledger'
import type { Transaction } from '#platform/postgres'
import { chartOfAccounts, isOfChart } from '../../chart-of-accounts.ts'
import type { Payment, Payout, Refund, Share } from '../../payment.ts'
import type { NewPayment, NewPayout } from '../../payments.ts'
import { refuse } from '../../refusals.ts'

export type Looked = { readonly standing: Standings; readonly isAsset: (book: number, asset: string) => boolean }

type LookingDependencies = { readonly ledger: Pick<Ledger, 'standings' | 'knownAssets'> }

type Moving = Pick<NewPayment, 'book' | 'asset' | 'source'> & {
  readonly destinations?: readonly Share[]
  readonly fee?: Share | undefined
}

type Paying = Pick<Payment, 'book' | 'asset' | 'source' | 'destinations' | 'capture'> & {
  readonly fee?: Share | undefined
}

/** Cached states this old suffice when only the ledger decides, at once and under locks. Before a rail call none do. */
const beforeLedgerMs = 5_000

export async function lookAt(
  { ledger }: LookingDependencies,
  requests: readonly Moving[],
  tx?: Transaction,
): Promise<Looked> {
  const named = requests.flatMap(accountsOf)
  const maxAgeMs = requests.some(({ source }) => source.kind === 'rail') ? 0 : beforeLedgerMs
  const standing = await ledger.standings(named, tx === undefined ? { maxAgeMs } : { tx })
  // An account in the asset proves that the asset exists.
  const doubtful = requests.filter(({ book, asset, destinations = [] }) =>
    destinations.some(({ account }) => standing(book, account)?.asset !== asset),
  )
  const known = doubtful.length === 0 ? new Set<string>() : await ledger.knownAssets(doubtful, tx)
  const isAsset = (book: number, asset: string) => doubtful.length === 0 || known.has(`${book} ${asset}`)
  return { standing, isAsset }
}

function accountsOf(request: Moving): NamedAccount[] {
  const { book, source } = request
  const references = sharesOf(request).map(({ account }) => account)
  if (source.kind === 'wallet') references.push(source.account)
  else references.push(...chartOf([source.rail, ...source.otherRails], request.asset))
  return references.map((reference) => ({ book, reference }))
}

function sharesOf({ destinations = [], fee }: Moving): Share[] {
  return fee === undefined ? [...destinations] : [...destinations, fee]
}

/** Missing accounts are opened when they are first used. */
export function chartOf(rails: readonly string[], asset: string): string[] {
  return [...rails.map((rail) => chartOfAccounts.clearing({ rail, asset })), chartOfAccounts.suspense(asset)]
}

export function refuseAccount(
  account: AccountStanding | undefined,
  { book, asset, looked, param }: { book: number; asset: string; looked: Looked; param: string },
) {
  if (account === undefined) return refuse('account_not_found', param)
  if (isOfChart(account.code)) return refuse('chart_account_unusable', param)
  if (account.asset !== asset) {
    return looked.isAsset(book, asset) ? refuse('asset_mismatch', param) : refuse('asset_not_found', 'asset')
  }
  if (account.state === 'closed') return refuse('account_closed', param)
  return account.state === 'frozen' ? refuse('account_frozen', param) : undefined
}

/** Refuses when an account of the chart exists and cannot be booked on. */
export function refuseChart(
  rails: readonly string[],
  { book, asset }: Pick<Moving, 'book' | 'asset'>,
  { standing }: Looked,
) {
  for (const code of chartOf(rails, asset)) {
    const account = standing(book, code)
    if (account === undefined) continue
    const isSound =
      account.asset === asset &&
      account.state === 'open' &&
      account.minAvailable === null &&
      account.maxBalance === null
    if (!isSound) return refuse('chart_account_unusable', 'asset')
  }
  return undefined
}

export function refuseAccounts(request: Paying, looked: Looked) {
  const { book, asset, source } = request
  const { standing } = looked
  const paying = source.kind === 'wallet' ? standing(book, source.account) : undefined
  if (source.kind === 'wallet') {
    const refusal = refuseAccount(paying, { book, asset, looked, param: 'source.wallet' })
    if (refusal !== undefined) return refusal
  }
  for (const [index, share] of sharesOf(request).entries()) {
    const param = index < request.destinations.length ? `destinations.${index}.account` : 'fee.account'
    const account = standing(book, share.account)
    const refusal = refuseAccount(account, { book, asset, looked, param })
    if (refusal !== undefined) return refusal
    if (account !== undefined && account.id === paying?.id) return refuse('accounts_must_differ', param)
    if (account !== undefined && !hasRoom(account, share.amount, request)) {
      return refuse('balance_limit_exceeded', param)
    }
  }
  return source.kind === 'rail' ? refuseChart([source.rail, ...source.otherRails], request, looked) : undefined
}

/** A later capture may find more room, but never more than from the lower limit up. */
function hasRoom({ minAvailable, maxBalance, incoming }: AccountStanding, amount: bigint, request: Paying) {
  if (maxBalance === null) return true
  if (request.capture === 'automatic') return incoming + amount <= maxBalance
  return minAvailable === null || minAvailable + amount <= maxBalance
}

/** Stored rows name an account by its code only. */
export function codeOf({ standing }: Looked, book: number, reference: string): string {
  const isCode = decodeId(idPrefix.account, reference) === undefined
  return isCode ? reference : (standing(book, reference)?.code ?? reference)
}

export function withCodes(looked: Looked, book: number, shares: readonly Share[]): Share[] {
  return shares.map((share) => withCode(looked, book, share))
}

function withCode<Named extends { readonly account: string }>(looked: Looked, book: number, named: Named): Named {
  const account = codeOf(looked, book, named.account)
  return account === named.account ? named : { ...named, account }
}

export function namedByCode(request: Paying, looked: Looked): Pick<Payment, 'source' | 'destinations' | 'fee'> {
  const { book, source, destinations, fee } = request
  return {
    source: source.kind === 'rail' ? source : withCode(looked, book, source),
    destinations: withCodes(looked, book, destinations),
    fee: fee && withCode(looked, book, fee),
  }
}

export function movingOf({ book, asset, rail, otherRails, source, instrument }: NewPayout | Payout): Moving {
  const share = { account: source, amount: 0n }
  return { book, asset, source: { kind: 'rail', rail, otherRails, instrument }, destinations: [share] }
}

export function movingBack(payment: Payment, from: readonly Share[], to: Refund['to']): Moving {
  const wallet =
    to.kind === 'wallet' ? to.account : payment.source.kind === 'wallet' ? payment.source.account : undefined
  const paying = [...payment.destinations, ...(payment.fee === undefined ? [] : [payment.fee]), ...from]
  const source: NewPayment['source'] =
    wallet !== undefined || payment.rail === undefined
      ? { kind: 'wallet', account: wallet ?? '' }
      : { kind: 'rail', rail: payment.rail, otherRails: [], instrument: '' }
  return { book: payment.book, asset: payment.asset, source, destinations: paying }
}
