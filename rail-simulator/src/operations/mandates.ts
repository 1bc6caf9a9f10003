import { eventBody } from '../callbacks.ts'
import type { Mandate, MandateState, MandateTerms } from '../journal/mandates.ts'
import { formatTimestamp } from '../time.ts'
import type { World } from '../world.ts'
import type { OperationRequest } from './operation.ts'

/** A first debit so soon after the creation, and up to so much, needs no notice. */
const firstWithinMicros = 300_000_000
const firstUpTo = 1_500_000n

const inactiveCode = 'M1'
const beyondTermsCode = 'M2'
const noNoticeCode = 'M3'

export type MandateChange = 'activated' | 'declined' | 'paused' | 'revoked' | 'expired' | 'amended'

const stateAfter: Readonly<Record<Exclude<MandateChange, 'amended'>, MandateState>> = {
  activated: 'active',
  declined: 'declined',
  paused: 'paused',
  revoked: 'revoked',
  expired: 'expired',
}

export function isOver({ state }: Pick<Mandate, 'state'>): boolean {
  return state === 'declined' || state === 'revoked' || state === 'expired'
}

/** The mandate as it is then, which is reported by a callback. */
export function changeMandate(
  world: World,
  before: Mandate,
  change: MandateChange,
  also: Partial<Mandate> = {},
): Mandate {
  const state = change === 'amended' ? before.state : stateAfter[change]
  const changedAt = Math.max(world.clock.now(), before.changedAt + 1)
  const mandate: Mandate = { ...before, ...also, state, changedAt, events: before.events + 1 }
  world.mandates.put(mandate)
  const { id: mandateId, events: sequence } = mandate
  const event = { id: `ev_${mandateId}_${sequence}`, type: `mandate.${change}`, rail: 'upi', sequence } as const
  const body = eventBody({ ...event, at: changedAt, data: showMandate(mandate) })
  void world.callbacks.send({ id: event.id, rail: 'upi', body })
  return mandate
}

/** The payer answers in the app: `mandate_declined@upi`, `mandate_expired@upi`, `mandate_pending@upi`; others approve. */
export function scheduleApproval(world: World, { id, instrument }: Mandate): void {
  const [, word = 'activated'] = /^mandate_(declined|expired|pending)@upi$/.exec(instrument) ?? []
  if (word === 'pending') return
  world.agenda.after(world.timings.callbackDelayMs, () => {
    const mandate = world.mandates.get(id)
    if (mandate?.state === 'pending') changeMandate(world, mandate, word as 'activated' | 'declined' | 'expired')
    else if (mandate?.asked !== undefined && !isOver(mandate)) amend(world, mandate, mandate.asked)
  })
}

function amend(world: World, mandate: Mandate, terms: MandateTerms): void {
  changeMandate(world, mandate, 'amended', { terms, asked: undefined })
}

/** Why the rail declines a debit by a mandate. */
export function mandateRefusal(world: World, submission: OperationRequest): string | undefined {
  const { mandate: use, amount = 0n } = submission
  if (use === undefined) return undefined
  const mandate = world.mandates.get(use.id)
  if (mandate?.state !== 'active' || mandate.instrument !== submission.instrument) return inactiveCode
  const { terms, debits } = mandate
  const isAllowed = terms.amount_rule === 'exact' ? amount === BigInt(terms.amount) : amount <= BigInt(terms.amount)
  if (!isAllowed || debits >= (terms.debits_max ?? Number.POSITIVE_INFINITY)) return beyondTermsCode
  return isNotified(world, mandate, use.notice, amount) ? undefined : noNoticeCode
}

function isNotified(world: World, mandate: Mandate, named: string | undefined, amount: bigint): boolean {
  const now = world.clock.now()
  const isSoon = now < mandate.createdAt + firstWithinMicros
  if (mandate.terms.frequency === 'daily' || (mandate.debits === 0 && isSoon && amount <= firstUpTo)) return true
  const notice = mandate.notices.find(({ id }) => id === named)
  return notice !== undefined && BigInt(notice.amount) === amount && now >= notice.at + world.timings.noticeMs * 1_000
}

export function noteDebit(world: World, { mandate: use }: OperationRequest): void {
  const mandate = use && world.mandates.get(use.id)
  if (use === undefined || mandate === undefined) return
  const debits = mandate.debits + 1
  const isLast = use.sequence === 'final' || use.sequence === 'single' || debits === mandate.terms.debits_max
  if (isLast) changeMandate(world, mandate, 'expired', { debits })
  else world.mandates.put({ ...mandate, debits })
}

export function showMandate(mandate: Mandate): object {
  const { id, key, asset, instrument, descriptor, terms, state, pausedUntil, asked } = mandate
  return {
    ...{ id, rail: 'upi', idempotency_key: key, state, asset, instrument, descriptor: descriptor ?? null },
    ...terms,
    paused_until: pausedUntil ?? null,
    amendment: asked ?? null,
    debits: mandate.debits,
    notices: mandate.notices.map(({ at, ...notice }) => ({ ...notice, sent_at: formatTimestamp(at) })),
    ...actionOf(mandate),
    created_at: formatTimestamp(mandate.createdAt),
    changed_at: formatTimestamp(mandate.changedAt),
  }
}

const actionMicros = 300_000_000

/** A payer who is asked by a link or a QR code: `intent@upi`, `qr@upi`. */
function actionOf({ id, instrument, state, createdAt }: Mandate) {
  const [, form] = /^(intent|qr)(?:_|@)/.exec(instrument) ?? []
  if (form === undefined || state !== 'pending') return {}
  const type = form === 'intent' ? 'deep_link' : 'qr'
  const content = `upi://mandate?pa=simulator@upi&pn=Simulator&tr=${id}`
  return { action: { type, content, expires_at: formatTimestamp(createdAt + actionMicros) } }
}
