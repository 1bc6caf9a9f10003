import {
  type Behavior,
  type BehaviorName,
  behaviorNames,
  isReturnable,
  type OperationKind,
  type RailName,
} from '../operations/operation.ts'
import { drawnDecline } from '../operations/response-codes.ts'

/** Success gets the rest. A partial approval depends on the request. */
type Unrated = 'ok' | 'partial'
export const rateNames = behaviorNames.filter(
  (name): name is Exclude<BehaviorName, Unrated> => name !== 'ok' && name !== 'partial',
)

/** Rates from 0 to 1, with a sum of at most 1. */
export type FaultRates = { readonly [Name in Exclude<BehaviorName, Unrated>]?: number }

export type FaultSettings = {
  readonly seed: number
  readonly rates: FaultRates
  readonly operations: readonly OperationKind[] | undefined
  /** The input of the hash, in addition to seed and rail. */
  readonly by: 'idempotency_key' | 'instrument'
}

export type FaultSchedule = {
  readonly seed: (rail: RailName) => number
  readonly settings: (rail: RailName) => FaultSettings | undefined
  readonly replace: (rail: RailName, settings: FaultSettings) => void
  /** The same for the same seed, rail and key. */
  readonly draw: (rail: RailName, kind: OperationKind, what: { key: string; instrument: string }) => Behavior
}

const ok: Behavior = { name: 'ok' }
const ofStagesOnly: ReadonlySet<BehaviorName> = new Set(['dispute_open', 'dispute_won', 'dispute_lost'])
const ofTakingOnly: ReadonlySet<BehaviorName> = new Set(['dispute', ...ofStagesOnly])
const ofMovingOnly: ReadonlySet<BehaviorName> = new Set(['wrong_amount', 'over_amount'])
const ofReversalsOnly: ReadonlySet<BehaviorName> = new Set([
  'reversal_lost',
  'reversal_unanswered',
  'reversal_too_late',
  'reversal_overtaken',
  'reversal_late_answer',
])
const ofNoticesOnly: ReadonlySet<BehaviorName> = new Set([
  'duplicate_callback',
  'callback_before_response',
  'out_of_order',
  'no_callback',
  'stays_pending',
])

export function createFaultSchedule(seed: number): FaultSchedule {
  const settings = new Map<RailName, FaultSettings>()
  return {
    seed: (rail) => settings.get(rail)?.seed ?? seed,
    settings: (rail) => settings.get(rail),
    replace: (rail, given) => settings.set(rail, given),
    draw: (rail, kind, { key, instrument }) => {
      const given = settings.get(rail)
      if (given === undefined || (given.operations !== undefined && !given.operations.includes(kind))) return ok
      const subject = given.by === 'instrument' ? `${kind}:${instrument}` : key
      const hash = hashOf(`${given.seed}:${rail}:${subject}`)
      const name = drawnName(given.rates, hash / 2 ** 32)
      if (!applies(name, rail, kind)) return ok
      return name === 'decline' ? { name, code: drawnDecline(rail, kind, hashOf(`${subject}:${hash}`)) } : { name }
    },
  }
}

function drawnName(rates: FaultRates, point: number): BehaviorName {
  let end = 0
  for (const name of rateNames) {
    end += rates[name] ?? 0
    if (point < end) return name
  }
  return 'ok'
}

function applies(name: BehaviorName, rail: RailName, kind: OperationKind): boolean {
  const takes = kind === 'charge' || kind === 'capture'
  if (ofReversalsOnly.has(name)) return rail === 'card'
  if (ofStagesOnly.has(name) && rail === 'bank') return false
  if (ofTakingOnly.has(name) && rail === 'netbank') return false
  if (ofTakingOnly.has(name)) return takes
  if (name === 'returned') return isReturnable(kind)
  if (ofMovingOnly.has(name)) return takes || kind === 'payout'
  if (name === 'callback_before_response' || name === 'out_of_order') return rail === 'upi'
  return !(rail === 'card' && ofNoticesOnly.has(name))
}

/** FNV-1a over the characters, then murmur's finalizer, which spreads short texts over all 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
