import type { Timestamp, Uuid } from '#kernel'
import { type Fault, faultPoint } from '#platform/faults'
import type { HealthSync } from './health-sync.ts'
import type { RailKeyAdmission, RailKeys } from './keys/key-sync.ts'
import type { BatchOutcome, Rail, RailCall, RailOutcome } from './rail.ts'
import type { Admission, RailView, Verdict } from './rail-view.ts'

type SubmitBatch = NonNullable<Rail['submitBatch']>

type Deps = {
  readonly healthSync: Pick<HealthSync, 'hurry'>
  readonly view: RailView
  readonly keys: RailKeys | undefined
  readonly measure: (call: {
    readonly rail: string
    readonly operation: RailCall['operation']
    readonly outcome: RailOutcome['kind']
    readonly seconds: number
  }) => void
  readonly onFault: (fault: Error) => void
}

/** One file is one submission of each book in it, however many calls it has. The parts of the rail count calls. */
export function guardBatches(
  { name, submitBatch }: { readonly name: string; readonly submitBatch: SubmitBatch },
  { healthSync, view, keys, measure, onFault }: Deps,
): SubmitBatch {
  return async (calls) => {
    const outcomes = new Map<Uuid, RailOutcome>()
    const { admitted, tickets } = admitBatch({ view, keys }, calls, outcomes)
    if (admitted.length === 0) return { kind: 'each', outcomes }
    const startedMs = performance.now()
    faultPoint('rails.file.before')
    const answered = await submitBatch(admitted.map(({ call }) => call)).catch((error: Error | Fault): BatchOutcome => {
      onFault(error)
      return { kind: 'unknown', why: 'the adapter failed' }
    })
    faultPoint('rails.file.after')
    for (const [book, ticket] of tickets) {
      if (view.record({ ticket, book }, verdictOn(answered))) healthSync.hurry()
    }
    const seconds = (performance.now() - startedMs) / 1000
    for (const { call, ofKey } of admitted) {
      const outcome = outcomeIn(answered, call)
      outcomes.set(call.id, outcome)
      if (answered.kind === 'each' && ofKey?.ok === true) ofKey.record(verdictOn(outcome))
      measure({ rail: name, operation: call.operation, outcome: outcome.kind, seconds })
    }
    return { kind: 'each', outcomes }
  }
}

type Batch = {
  readonly admitted: readonly { readonly call: RailCall; readonly ofKey: RailKeyAdmission | undefined }[]
  /** By book. */
  readonly tickets: ReadonlyMap<number, number>
}

/** The others have their outcome. */
function admitBatch(
  { view, keys }: Pick<Deps, 'view' | 'keys'>,
  calls: readonly RailCall[],
  outcomes: Map<Uuid, RailOutcome>,
): Batch {
  const admissions = new Map<number, Admission>()
  const admissionOf = (book: number): Admission => {
    const admission = admissions.get(book) ?? view.admit(book)
    admissions.set(book, admission)
    return admission
  }
  const admitted = calls.flatMap((call) => {
    const ofKey = keys?.admit(call)
    const admission = ofKey?.ok === false ? ofKey : admissionOf(call.book ?? 0)
    if (admission.ok) return [{ call, ofKey }]
    if (ofKey?.ok === true) ofKey.giveBack()
    outcomes.set(call.id, refusedBy(admission))
    return []
  })
  const tickets = [...admissions].flatMap(([book, one]) => (one.ok ? [[book, one.ticket] as const] : []))
  return { admitted, tickets: new Map(tickets) }
}

function refusedBy({ why, retryAt }: { readonly why: string; readonly retryAt: Timestamp }): RailOutcome {
  return { kind: 'unavailable', why, retryAt }
}

function verdictOn({ kind }: Pick<BatchOutcome | RailOutcome, 'kind'>): Verdict {
  if (kind === 'unknown') return 'lost'
  return kind === 'unavailable' ? 'refused' : 'answered'
}

export function outcomeIn(answered: BatchOutcome, { id }: Pick<RailCall, 'id'>): RailOutcome {
  if (answered.kind !== 'each') return answered
  return answered.outcomes.get(id) ?? { kind: 'unknown', why: 'the answer to its file does not name it' }
}
