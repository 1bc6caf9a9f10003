import { assert } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { type Coordinator, type CoordinatorDeps, sagaMessage, stepOf } from './coordinator.ts'
import { act, compensate } from './perform-step.ts'
import type { SagaFacts, StepRow } from './saga.ts'
import { lockSaga, markReversing, readSteps, reopenStep } from './saga-store.ts'

/**
 * The saga's row stores the direction, and its steps store the progress. A message carries no order: the handler locks
 * the row and decides by the stored state. So a duplicate or late message changes nothing.
 */
export function createOrchestrator(deps: CoordinatorDeps): Coordinator {
  const look = (tx: Transaction, saga: SagaFacts, direction: 'forward' | 'back') =>
    deps.enqueue(tx, [sagaMessage(saga, { do: 'advance' }, direction)])
  return {
    begin: (tx, saga) => look(tx, saga, 'forward'),
    handle: async (tx, { id }, _order, failures) => {
      const saga = await lockSaga(tx, id)
      assert(saga !== undefined, 'a saga that was found is not deleted')
      const steps = saga.state === 'running' || saga.state === 'reversing' ? await readSteps(tx, id) : []
      if (saga.state === 'running') await goForward(deps, tx, { saga, steps, failures })
      if (saga.state === 'reversing') await goBack(deps, tx, { saga, steps, failures })
    },
    reverse: async (tx, { id }, reason) => {
      const saga = await lockSaga(tx, id)
      if (saga?.state !== 'running' && saga?.state !== 'completed') return
      await markReversing(tx, id, reason)
      await look(tx, saga, 'back')
    },
    resume: (tx, saga) => look(tx, saga, 'back'),
    goOn: (tx, saga) => look(tx, saga, saga.state === 'running' ? 'forward' : 'back'),
    compensateLate: async (tx, saga, late) => {
      await lockSaga(tx, saga.id)
      if (await reopenStep(tx, saga.id, late)) await look(tx, saga, 'back')
    },
  }
}

type Look = { readonly saga: SagaFacts; readonly steps: readonly StepRow[]; readonly failures: number }

async function goForward(deps: CoordinatorDeps, tx: Transaction, { saga, steps, failures }: Look): Promise<void> {
  const row = steps.find(({ state }) => state !== 'done')
  assert(row !== undefined, 'a saga is running while a step is to be done')
  const step = stepOf(deps.definitionOf(saga), row.name)
  const end = await act(tx, { saga, step, row, failures })
  if (end.kind === 'waiting') return
  if (end.kind === 'done') {
    const isLast = row === steps.at(-1)
    if (isLast) await deps.finish(tx, saga, { state: 'completed' })
    else await deps.enqueue(tx, [sagaMessage(saga, { do: 'advance' }, 'forward')])
    return
  }
  await markReversing(tx, saga.id, end.reason)
  const leftNothing = end.kind === 'refused' && row === steps[0]
  if (leftNothing) await deps.finish(tx, saga, { state: 'reversed' })
  else await deps.enqueue(tx, [sagaMessage(saga, { do: 'advance' }, 'back')])
}

async function goBack(deps: CoordinatorDeps, tx: Transaction, { saga, steps, failures }: Look): Promise<void> {
  const begun = steps.filter(({ state }) => state === 'done' || state === 'acting' || state === 'compensating')
  const row = begun.at(-1)
  if (row === undefined) {
    await deps.finish(tx, saga, { state: 'reversed' })
    return
  }
  const step = stepOf(deps.definitionOf(saga), row.name)
  const end = await compensate(tx, { saga, step, row, failures })
  if (end.kind === 'waiting') return
  if (end.kind === 'failed') await deps.finish(tx, saga, { state: 'stuck', detail: end.detail })
  else if (begun.length === 1) await deps.finish(tx, saga, { state: 'reversed' })
  else await deps.enqueue(tx, [sagaMessage(saga, { do: 'advance' }, 'back')])
}
