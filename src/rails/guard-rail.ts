import type { Fault } from '#platform/faults'
import { faultPoint } from '#platform/faults'
import { admitCall } from './admit-call.ts'
import { guardBatches } from './guard-batches.ts'
import type { HealthSync } from './health-sync.ts'
import type { RailKeys } from './keys/key-sync.ts'
import { partOf } from './process-count.ts'
import type { Rail, RailCall, RailOutcome } from './rail.ts'
import type { RailAdapter } from './rail-adapter.ts'
import type { RailView, Verdict } from './rail-view.ts'

/** Called after every call of a rail. */
export type Measure = (call: {
  readonly rail: string
  readonly operation: RailCall['operation'] | 'inquiry'
  readonly outcome: RailOutcome['kind']
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

/** In one process, while a rail is not up: enough to learn its state, too few to burden it. */
const inquiriesWhileDown = 2

export function guardRail(adapter: RailAdapter, deps: GuardDeps): Rail {
  const { healthSync, view, measure, processes, onFault } = deps
  const { name, capabilities, disputes, recall, verify } = adapter
  let inquiries = 0

  /** An adapter that throws is defective, and may have made the call. */
  const carefully = (work: Promise<RailOutcome>): Promise<RailOutcome> =>
    work.catch((error: Error | Fault) => {
      onFault(error)
      return { kind: 'unknown', why: 'the adapter failed' }
    })

  const carefullyAnswered = <Outcome>(work: Promise<Outcome>): Promise<Outcome | Unknown> =>
    work.catch((error: Error | Fault): Unknown => {
      onFault(error)
      return { kind: 'unknown', why: 'the adapter failed' }
    })

  return {
    name,
    capabilities,
    ...(adapter.prepare && { prepare: adapter.prepare }),
    ...(capabilities.callsMax !== undefined && {
      callsMax: () => partOf({ callsMax: capabilities.callsMax ?? 1, processes: processes() }),
    }),
    ...(disputes !== undefined && {
      disputes: {
        accept: (call) => carefullyAnswered(disputes.accept(call)),
        challenge: (call, evidence) => carefullyAnswered(disputes.challenge(call, evidence)),
      },
    }),
    ...(recall && { recall: (call) => carefullyAnswered(recall(call)) }),
    ...(verify && { verify: (asked) => carefullyAnswered(verify(asked)) }),
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
    inquire: async (call) => {
      if (inquiries >= inquiriesWhileDown && view.health().state !== 'up') {
        return { kind: 'unknown', why: 'the rail is away, and is being asked about others' }
      }
      inquiries += 1
      const startedMs = performance.now()
      faultPoint('rails.inquiry.before')
      const outcome = await carefully(adapter.inquire(call))
      faultPoint('rails.inquiry.after')
      inquiries -= 1
      const seconds = (performance.now() - startedMs) / 1000
      measure({ rail: name, operation: 'inquiry', outcome: outcome.kind, seconds })
      return outcome
    },
  }
}

function verdictOf(outcome: RailOutcome): Verdict {
  if (outcome.kind === 'unknown') return 'lost'
  return outcome.kind === 'unavailable' ? 'refused' : 'answered'
}
