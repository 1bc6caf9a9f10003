import type { RailName } from './operations/operation.ts'
import type { Clock, Timestamp } from './time.ts'

/** When a client may inquire. `thenMs`: the pauses between inquiries; the last repeats. */
export type InquiryRules = {
  readonly firstMs: number
  readonly thenMs: readonly number[]
  readonly atMost: number
  /** Until then, a 404 says `not_yet`. */
  readonly notFoundFinalMs: number
}

export type Violation = {
  readonly rail: RailName
  readonly kind:
    | 'inquiry_too_early'
    | 'inquiry_too_often'
    | 'inquiry_not_answered'
    | 'submitted_after_reversal'
    | 'retry_after_never'
    | 'retry_too_often'
  readonly key: string
  /** Since the submission, the inquiry or the decline before. */
  readonly afterMs: number
  readonly at: Timestamp
}

type Known = { submittedAt: Timestamp; inquiredAt: Timestamp | undefined; inquiries: number }

/** Judges the client: its breaches of the rails' rules are recorded, and answered as usual. */
export type Conduct = {
  readonly setRules: (rail: RailName, rules: InquiryRules | undefined) => void
  readonly submitted: (rail: RailName, key: string, isReversed?: boolean) => void
  /** The card rail answers no inquiries. */
  readonly requireReversals: (required: boolean) => void
  readonly isNotAnswered: (rail: RailName, segments: readonly string[], query: URLSearchParams) => boolean
  readonly inquired: (rail: RailName, key: string) => void
  /** Whether an operation that the rail does not know may still happen. */
  readonly mayStillHappen: (rail: RailName, key: string) => boolean
  /** A new operation on a card of a scheme, and its decline if it has one. */
  readonly tried: (card: {
    readonly key: string
    readonly instrument: string
    readonly declined: string | undefined
  }) => void
  readonly violations: () => readonly Violation[]
}

const keysMax = 100_000
const schemeCard = /^card_(visa|mastercard)_/
/** Category 1 of Visa. */
const forEver: ReadonlySet<string> = new Set(['04', '07', '12', '14', '15', '41', '43', '46', '57', 'R0', 'R1', 'R3'])
const declinesMax = 20
const declinesMs = 30 * 86_400_000
const violationsMax = 10_000

export function createConduct(clock: Clock): Conduct {
  const rules = new Map<RailName, InquiryRules>()
  const known = new Map<string, Known>()
  const violations: Violation[] = []
  let isReversing = false
  const declines = new Map<string, { readonly at: Timestamp; readonly code: string }[]>()
  const note = (violation: Omit<Violation, 'at'>) => {
    if (violations.length < violationsMax) violations.push({ ...violation, at: clock.now() })
  }
  const millisSince = (time: Timestamp) => Math.floor((clock.now() - time) / 1_000)
  const find = (rail: RailName, key: string) => known.get(`${rail} ${key}`)
  return {
    setRules: (rail, given) => {
      if (given === undefined) rules.delete(rail)
      else rules.set(rail, given)
    },
    submitted: (rail, key, isReversed = false) => {
      if (isReversed) note({ rail, kind: 'submitted_after_reversal', key, afterMs: 0 })
      if (!rules.has(rail)) return
      const [oldest] = known.size >= keysMax ? known.keys() : []
      if (oldest !== undefined) known.delete(oldest)
      known.set(`${rail} ${key}`, { submittedAt: clock.now(), inquiredAt: undefined, inquiries: 0 })
    },
    inquired: (rail, key) => {
      const allowed = rules.get(rail)
      const about = find(rail, key)
      if (allowed === undefined || about === undefined) return
      const { firstMs, thenMs, atMost } = allowed
      const { submittedAt, inquiredAt, inquiries } = about
      const afterMs = millisSince(inquiredAt ?? submittedAt)
      const pauseMs = thenMs[Math.min(inquiries, thenMs.length) - 1] ?? firstMs
      if (inquiries === 0 && afterMs < firstMs) note({ rail, kind: 'inquiry_too_early', key, afterMs })
      else if (inquiries > 0 && (afterMs < pauseMs || inquiries >= atMost)) {
        note({ rail, kind: 'inquiry_too_often', key, afterMs })
      }
      about.inquiredAt = clock.now()
      about.inquiries += 1
    },
    requireReversals: (required) => {
      isReversing = required
    },
    isNotAnswered: (rail, segments, query) => {
      const isInquiry = rail === 'card' && segments.length === 1 && segments[0] === 'operations'
      if (!isReversing || !isInquiry) return false
      note({ rail, kind: 'inquiry_not_answered', key: query.get('idempotency_key') ?? '', afterMs: 0 })
      return true
    },
    mayStillHappen: (rail, key) => {
      const about = find(rail, key)
      return about !== undefined && millisSince(about.submittedAt) < (rules.get(rail)?.notFoundFinalMs ?? 0)
    },
    tried: ({ key, instrument, declined }) => {
      if (!schemeCard.test(instrument)) return
      const before = declines.get(instrument) ?? []
      const [latest] = before.slice(-1)
      const afterMs = millisSince(latest?.at ?? clock.now())
      const recent = before.filter(({ at }) => millisSince(at) < declinesMs)
      const about = { rail: 'card', key, afterMs } as const
      if (before.some(({ code }) => forEver.has(code))) note({ ...about, kind: 'retry_after_never' })
      else if (recent.length >= declinesMax) note({ ...about, kind: 'retry_too_often' })
      if (declined !== undefined) declines.set(instrument, [...before, { at: clock.now(), code: declined }])
    },
    violations: () => violations,
  }
}
