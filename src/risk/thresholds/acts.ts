import { accepted, type Result, refusing, type Timestamp } from '#kernel'
import { notBefore, withEntries } from './setting.ts'
import { type ChangeEntry, settingOf, type ThresholdDefinition, type ThresholdState } from './threshold.ts'

export type ThresholdRefusal =
  | 'threshold_out_of_bounds'
  | 'threshold_not_whole'
  | 'threshold_is_manual'
  | 'threshold_not_manual'
  | 'proposal_not_pending'
  | 'change_not_reversible'

const refuse = refusing<ThresholdRefusal>({
  threshold_out_of_bounds: 'The value is outside the bounds of the threshold.',
  threshold_not_whole: 'The threshold takes whole numbers only.',
  threshold_is_manual: 'The threshold is set by a person. Release it first.',
  threshold_not_manual: 'The threshold is not set by a person.',
  proposal_not_pending: 'The proposal is not pending.',
  change_not_reversible: 'Only changes of the value can be reversed.',
})

/** What a person does. `hour` is that of the week, of a seasonal threshold. */
export type ThresholdAct = {
  readonly by: string
  readonly why: string
  readonly at: Timestamp
  readonly hour?: number
}

type Acted = Result<{ readonly state: ThresholdState; readonly entry: ChangeEntry }, ThresholdRefusal>

type Does = { readonly to: number } & (
  | { readonly kind: 'approved' | 'rejected'; readonly proposal: number }
  | { readonly kind: 'set' | 'released' }
  | { readonly kind: 'reversed'; readonly change: number }
)

function acted(definition: ThresholdDefinition, state: ThresholdState, act: ThresholdAct, does: Does): Acted {
  const { by, why, hour = 0 } = act
  const at = notBefore(state, { hour, at: act.at })
  const number = state.entries + 1
  const from = settingOf(state, hour).value
  const entry: ChangeEntry = { number, at, version: definition.version, hour, from, by, why, ...does }
  return accepted({ state: withEntries(state, [entry]), entry })
}

/** From now on, only people change it. */
export function setThreshold(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { value, ...act }: ThresholdAct & { readonly value: number },
): Acted {
  const problem = problemOf(definition, value)
  if (problem) return refuse(problem, 'value')
  return acted(definition, state, act, { kind: 'set', to: value })
}

function problemOf({ bounds, isWhole }: ThresholdDefinition, value: number): ThresholdRefusal | undefined {
  if (!(value >= bounds.least && value <= bounds.most)) return 'threshold_out_of_bounds'
  return isWhole && !Number.isSafeInteger(value) ? 'threshold_not_whole' : undefined
}

/** It follows its statistic again, from where it is, at its speed. */
export function releaseThreshold(definition: ThresholdDefinition, state: ThresholdState, act: ThresholdAct): Acted {
  const { isManual, value } = settingOf(state, act.hour ?? 0)
  return isManual ? acted(definition, state, act, { kind: 'released', to: value }) : refuse('threshold_not_manual')
}

export function decideProposal(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { proposal, isApproved, ...act }: ThresholdAct & { readonly proposal: number; readonly isApproved: boolean },
): Acted {
  const { proposal: pending, value } = settingOf(state, act.hour ?? 0)
  if (pending?.number !== proposal) return refuse('proposal_not_pending', 'proposal')
  const does = isApproved ? { kind: 'approved' as const, to: pending.to } : { kind: 'rejected' as const, to: value }
  return acted(definition, state, act, { ...does, proposal })
}

/** The value is that before the change. A day passes before it adapts again. */
export function reverseChange(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { change, ...act }: Omit<ThresholdAct, 'hour'> & { readonly change: ChangeEntry },
): Acted {
  const changesValue = change.kind === 'adapted' || change.kind === 'approved' || change.kind === 'set'
  if (!changesValue) return refuse('change_not_reversible', 'change')
  const { isManual } = settingOf(state, change.hour)
  if (isManual && change.kind !== 'set') return refuse('threshold_is_manual')
  const problem = problemOf(definition, change.from)
  if (problem) return refuse(problem, 'change')
  const does = { kind: 'reversed', to: change.from, change: change.number } as const
  return acted(definition, state, { ...act, hour: change.hour }, does)
}
