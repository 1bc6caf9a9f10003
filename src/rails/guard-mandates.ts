import type { Fault } from '#platform/faults'
import { admitCall } from './admit-call.ts'
import type { HealthSync } from './health-sync.ts'
import type { RailKeys } from './keys/key-sync.ts'
import type { RailCall } from './rail.ts'
import type { MandateCall, MandateOutcome, NoticeOutcome, RailMandates } from './rail-mandates.ts'
import type { RailView } from './rail-view.ts'

type Outcome = MandateOutcome | NoticeOutcome

type Deps = {
  readonly name: string
  readonly healthSync: Pick<HealthSync, 'hurry'>
  readonly view: RailView
  readonly keys: RailKeys | undefined
  readonly measure: (call: {
    readonly rail: string
    readonly operation: 'mandate'
    readonly outcome: Outcome['kind']
    readonly seconds: number
  }) => void
  readonly onFault: (fault: Error) => void
  readonly ask: (make: () => Promise<MandateOutcome>) => Promise<MandateOutcome>
}

/** Calls about mandates, like submissions, are let through and counted by the breakers. Inquiries are not counted. */
export function guardMandates(adapter: Partial<RailMandates>, { ask, ...deps }: Deps): Partial<RailMandates> {
  const { createMandate, inquireMandate, amendMandate, cancelMandate, notifyDebit } = adapter
  return {
    ...(createMandate && { createMandate: (call) => submit(deps, call, () => createMandate(call)) }),
    ...(inquireMandate && { inquireMandate: (call) => ask(() => inquireMandate(call)) }),
    ...(amendMandate && {
      amendMandate: (call, amendment) => submit(deps, call, () => amendMandate(call, amendment)),
    }),
    ...(cancelMandate && { cancelMandate: (call) => submit(deps, call, () => cancelMandate(call)) }),
    ...(notifyDebit && { notifyDebit: (call, notice) => submit(deps, call, () => notifyDebit(call, notice)) }),
  }
}

async function submit<Answer extends Outcome>(
  { name, healthSync, view, keys, measure, onFault }: Omit<Deps, 'ask'>,
  call: MandateCall,
  make: () => Promise<Answer>,
): Promise<Answer | Extract<Outcome, { kind: 'unknown' | 'unavailable' }>> {
  const admission = admitCall({ view, keys }, asCharge(call))
  if (!admission.ok) return { kind: 'unavailable', why: admission.why, retryAt: admission.retryAt }
  const startedMs = performance.now()
  const outcome = await make().catch((error: Error | Fault) => {
    onFault(error)
    return { kind: 'unknown', why: 'the adapter failed' } as const
  })
  const { kind } = outcome
  const verdict = kind === 'unknown' ? 'lost' : kind === 'unavailable' ? 'refused' : 'answered'
  if (admission.record(verdict)) healthSync.hurry()
  measure({ rail: name, operation: 'mandate', outcome: kind, seconds: (performance.now() - startedMs) / 1000 })
  return outcome
}

/** It depends on the same part of the rail as the charges by it. */
function asCharge({ id, terms, instrument, typed, party, book }: MandateCall): RailCall {
  const { amount, asset } = terms
  const about = { ...(typed && { typed }), ...(party && { party }), ...(book !== undefined && { book }) }
  return { id, operation: 'charge', amount, asset, instrument, ...about }
}
