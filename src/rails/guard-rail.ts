import type { Fault } from '#platform/faults'
import { faultPoint } from '#platform/faults'
import { admitCall } from './admit-call.ts'
import { guardBatches } from './guard-batches.ts'
import { guardMandates } from './guard-mandates.ts'
import type { HealthSync } from './health-sync.ts'
import type { RailKeys } from './keys/key-sync.ts'
import { partOf } from './process-count.ts'
import type { Rail, RailCall, RailOutcome } from './rail.ts'
import type { RailAdapter } from './rail-adapter.ts'
import type { MandateOutcome, NoticeOutcome } from './rail-mandates.ts'
import type { ReversalOutcome } from './rail-reversals.ts'
import type { RailView, Verdict } from './rail-view.ts'

/** Called after every call of a rail. */
export type Measure = (call: {
  readonly rail: string
  readonly operation: RailCall['operation'] | 'inquiry' | 'reversal' | 'mandate' | 'mandate_inquiry'
  readonly outcome: RailOutcome['kind'] | ReversalOutcome['kind'] | MandateOutcome['kind'] | NoticeOutcome['kind']
  readonly seconds: number
}) => void

export type GuardDeps = {
  readonly healthSync: Pick<HealthSync, 'hurry'>
  readonly view: RailView
  /** Undefined when the rail has no parts with a breaker of their own. */
  readonly keys: RailKeys | undefined
  readonly measure: Measure
  readonly processes: () => number
  readonly onFault: (fault: Error) => void
}

type Unknown = { readonly kind: 'unknown'; readonly why: string }

/** In one process, while a rail is not up: enough to learn its state, too few to burden it. Reversals count as well. */
const inquiriesWhileDown = 2

export function guardRail(adapter: RailAdapter, deps: GuardDeps): Rail {
  const { healthSync, view, measure, processes, onFault } = deps
  const { name, capabilities, disputes, recall, reverse, verify } = adapter
  let inquiries = 0

  /** An adapter that throws is defective, and may have made the call. */
  const carefully = <Outcome>(work: Promise<Outcome>): Promise<Outcome | Unknown> =>
    work.catch((error: Error | Fault): Unknown => {
      onFault(error)
      return { kind: 'unknown', why: 'the adapter failed' }
    })

  /** What finds out an outcome is let through whatever the breaker says, and does not count for it. */
  const ask = async <Outcome extends RailOutcome | ReversalOutcome | MandateOutcome>(
    operation: 'inquiry' | 'reversal' | 'mandate_inquiry',
    make: () => Promise<Outcome>,
  ): Promise<Outcome | Unknown> => {
    if (inquiries >= inquiriesWhileDown && view.health().state !== 'up') {
      return { kind: 'unknown', why: 'the rail is away, and is being asked about others' }
    }
    inquiries += 1
    const startedMs = performance.now()
    faultPoint('rails.inquiry.before')
    const outcome = await carefully(make())
    faultPoint('rails.inquiry.after')
    inquiries -= 1
    const seconds = (performance.now() - startedMs) / 1000
    measure({ rail: name, operation, outcome: outcome.kind, seconds })
    return outcome
  }

  return {
    name,
    capabilities,
    ...(adapter.prepare && { prepare: adapter.prepare }),
    ...(adapter.prepareReversal && { prepareReversal: adapter.prepareReversal }),
    ...(capabilities.callsMax !== undefined && {
      callsMax: () => partOf({ callsMax: capabilities.callsMax ?? 1, processes: processes() }),
    }),
    ...(disputes !== undefined && {
      disputes: {
        accept: (call) => carefully(disputes.accept(call)),
        challenge: (call, evidence) => carefully(disputes.challenge(call, evidence)),
      },
    }),
    ...(recall && { recall: (call) => carefully(recall(call)) }),
    ...(verify && { verify: (asked) => carefully(verify(asked)) }),
    submit: async (call) => {
      const admission = admitCall(deps, call)
      if (!admission.ok) return { kind: 'unavailable', why: admission.why, retryAt: admission.retryAt }
      const startedMs = performance.now()
      faultPoint('rails.submit.before')
      const outcome = await carefully(adapter.submit(call))
      faultPoint('rails.submit.after')
      if (admission.record(verdictOf(outcome))) healthSync.hurry()
      const seconds = (performance.now() - startedMs) / 1000
      measure({ rail: name, operation: call.operation, outcome: outcome.kind, seconds })
      return outcome
    },
    ...(adapter.submitBatch && {
      submitBatch: guardBatches({ name, submitBatch: adapter.submitBatch }, deps),
    }),
    inquire: (call) => ask('inquiry', () => adapter.inquire(call)),
    ...(reverse && { reverse: (reversal) => ask('reversal', () => reverse(reversal)) }),
    ...guardMandates(adapter, { ...deps, name, ask: (make) => ask('mandate_inquiry', make) }),
  }
}

function verdictOf(outcome: RailOutcome): Verdict {
  if (outcome.kind === 'unknown') return 'lost'
  return outcome.kind === 'unavailable' ? 'refused' : 'answered'
}
