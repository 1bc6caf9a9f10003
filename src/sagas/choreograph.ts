import { assert } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { type Coordinator, type CoordinatorDeps, type StepOrder, sagaMessage, stepOf } from './coordinator.ts'
import { act, compensate, type StepCall } from './perform-step.ts'
import type { Saga, SagaDefinition, SagaFacts, StepRow } from './saga.ts'
import { findReversal, lockStep, markReversing, reopenStep, updateStep } from './saga-store.ts'

type Happening =
  | { readonly event: 'begun' | 'reverse'; readonly step?: never }
  | { readonly event: 'done' | 'refused' | 'broken' | 'compensated'; readonly step: string }

/**
 * Each step has its own row and reacts to its neighbors' events. `X.done` enqueues the action of the step after X.
 * `X.refused` and `X.compensated` enqueue the reverse message for the step before X. The saga's row is for readers. It
 * is read only after a message became a dead letter, to find that message's step. A participant acts only while its own
 * row permits it, so messages may arrive twice, late, or after the reverse message. A step that gets the reverse
 * message before it began is canceled for good.
 */
export function createChoreography(deps: CoordinatorDeps): Coordinator {
  return {
    begin: (tx, saga) => publish(deps, tx, saga, { event: 'begun' }),
    handle: async (tx, saga, order, failures) => {
      assert(order.do !== 'advance', 'a choreographed message is addressed to a step')
      const row = await lockStep(tx, saga.id, order.step)
      assert(row !== undefined, 'a step that is addressed is stored')
      const step = stepOf(deps.definitionOf(saga), row.name)
      const call = { saga, step, row, failures }
      const wanted = order.do === 'wake' ? wakes(row) : order.do
      if (wanted === 'action') await takeAction(deps, tx, call)
      if (wanted === 'compensation') await takeBack(deps, tx, call, order.reason)
    },
    reverse: (tx, saga, reason) => publish(deps, tx, saga, { event: 'reverse' }, reason),
    resume: async (tx, saga, { steps, decision }) => {
      for (const step of steps) {
        if (decision === 'retry') await deps.enqueue(tx, [sagaMessage(saga, { do: 'compensation', step }, 'back')])
        else await pass(deps, tx, saga, await lockStep(tx, saga.id, step))
      }
    },
    goOn: async (tx, saga, steps) => {
      // The lost message may have held the only request to reverse.
      const reason = saga.state === 'reversing' ? undefined : await findReversal(tx, saga.id)
      if (reason !== undefined) await publish(deps, tx, saga, { event: 'reverse' }, reason)
      const orders = ordersOf(saga, steps)
      const messages = orders.map((order) => sagaMessage(saga, order, order.do === 'action' ? 'forward' : 'back'))
      if (messages.length > 0) await deps.enqueue(tx, messages)
    },
    compensateLate: async (tx, saga, late) => {
      const { step } = late
      await lockStep(tx, saga.id, step)
      if (!(await reopenStep(tx, saga.id, late))) return
      await deps.enqueue(tx, [sagaMessage(saga, { do: 'compensation', step }, 'back')])
    },
  }
}

/** The messages that a waiting saga may have lost. A second delivery changes nothing. */
function ordersOf(saga: Saga, steps: readonly StepRow[]): StepOrder[] {
  const late = steps.filter(({ isLate, state }) => isLate && state === 'compensating')
  const next = saga.state === 'running' ? nextForward(steps) : saga.state === 'reversing' ? nextBack(steps) : undefined
  const orders: StepOrder[] = late.map(({ name }) => ({ do: 'compensation', step: name }))
  if (next !== undefined) orders.push({ do: saga.state === 'running' ? 'action' : 'compensation', step: next.name })
  return orders
}

function nextForward(steps: readonly StepRow[]): StepRow | undefined {
  return steps.find(({ state }) => state !== 'done')
}

/** The reverse message travels from the last step to the first. It is at the step before those it has passed. */
function nextBack(steps: readonly StepRow[]): StepRow | undefined {
  const isPassed = ({ state, isLate }: StepRow) => isLate || ['refused', 'compensated', 'canceled'].includes(state)
  const passed = steps.findIndex(isPassed)
  return passed < 0 ? steps.at(-1) : steps[passed - 1]
}

function wakes(row: StepRow): 'action' | 'compensation' | undefined {
  if (row.state === 'acting') return 'action'
  return row.state === 'compensating' ? 'compensation' : undefined
}

async function takeAction(deps: CoordinatorDeps, tx: Transaction, call: StepCall): Promise<void> {
  const { saga, row } = call
  // An acting row with a reason has thrown and waits for its compensation.
  const mayAct = row.state === 'pending' || (row.state === 'acting' && row.reason === undefined)
  if (!mayAct) return
  const end = await act(tx, call)
  if (end.kind === 'waiting') return
  const reason = end.kind === 'done' ? undefined : end.reason
  if (reason !== undefined) await markReversing(tx, saga.id, reason)
  await publish(deps, tx, saga, { event: end.kind, step: row.name }, reason)
}

async function takeBack(
  deps: CoordinatorDeps,
  tx: Transaction,
  call: StepCall,
  reason: string | undefined,
): Promise<void> {
  const { saga, row } = call
  const isBegun = row.state === 'acting' || row.state === 'done' || row.state === 'compensating'
  if (!isBegun && row.state !== 'pending') return
  if (reason !== undefined) await markReversing(tx, saga.id, reason)
  if (row.state === 'pending') await updateStep(tx, saga.id, { ...row, state: 'canceled' })
  else {
    const end = await compensate(tx, call)
    if (end.kind === 'waiting') return
    if (end.kind === 'failed') {
      await deps.finish(tx, saga, { state: 'stuck', detail: end.detail })
      return
    }
  }
  await pass(deps, tx, saga, row, reason)
}

/** A late step notifies no predecessor: the others were notified before. */
async function pass(
  deps: CoordinatorDeps,
  tx: Transaction,
  saga: SagaFacts,
  row: StepRow | undefined,
  reason?: string,
): Promise<void> {
  assert(row !== undefined, 'a step that is compensated is stored')
  if (row.isLate) await deps.finish(tx, saga, { state: 'reversed' })
  else await publish(deps, tx, saga, { event: 'compensated', step: row.name }, reason)
}

async function publish(
  deps: CoordinatorDeps,
  tx: Transaction,
  saga: SagaFacts,
  happening: Happening,
  reason?: string,
): Promise<void> {
  const reaction = reactionTo(deps.definitionOf(saga), happening)
  if ('ends' in reaction) {
    await deps.finish(tx, saga, { state: reaction.ends })
    return
  }
  const order: StepOrder = reason === undefined ? reaction : { ...reaction, reason }
  await deps.enqueue(tx, [sagaMessage(saga, order, reaction.do === 'action' ? 'forward' : 'back')])
}

type Reaction =
  | { readonly do: 'action' | 'compensation'; readonly step: string }
  | { readonly ends: 'completed' | 'reversed' }

function reactionTo({ steps }: SagaDefinition, happening: Happening): Reaction {
  const names = steps.map(({ name }) => name)
  if (happening.step === undefined) {
    return happening.event === 'begun' ? action(names[0]) : compensation(names.at(-1))
  }
  if (happening.event === 'broken') return compensation(happening.step)
  const place = names.indexOf(happening.step)
  if (happening.event === 'done') return action(names[place + 1])
  return compensation(place === 0 ? undefined : names[place - 1])
}

function action(step: string | undefined): Reaction {
  return step === undefined ? { ends: 'completed' } : { do: 'action', step }
}

function compensation(step: string | undefined): Reaction {
  return step === undefined ? { ends: 'reversed' } : { do: 'compensation', step }
}
