import { assert } from '#kernel'
import type { Handler, Lanes } from '#lanes'
import { newUuid } from '#platform/ids'
import { createChoreography } from './choreograph.ts'
import { type Coordinator, type StepOrder, sagaMessage, sagaMessageKind } from './coordinator.ts'
import { createFinishSaga, type StuckWriter } from './finish-saga.ts'
import { createOrchestrator } from './orchestrate.ts'
import type { CoordinatorName, SagaDefinition, SagaFacts, Sagas } from './saga.ts'
import { findSaga, findWaiting, insertSaga, readSteps, reviveFailedSteps } from './saga-store.ts'

export type SagasDeps = {
  readonly lanes: Pick<Lanes, 'enqueue'>
  readonly writeStuck: StuckWriter
}

/** The sagas, and the handler of their messages for the lanes of a worker. */
export function createSagas({ lanes, writeStuck }: SagasDeps): Sagas & { readonly handler: Handler } {
  const definitions = new Map<string, SagaDefinition>()
  const definitionOf = ({ kind }: Pick<SagaFacts, 'kind'>) => {
    const definition = definitions.get(kind)
    assert(definition !== undefined, `sagas of kind ${kind} are defined`)
    return definition
  }
  const deps = { definitionOf, enqueue: lanes.enqueue, finish: createFinishSaga(definitionOf, writeStuck) }
  const coordinators: Readonly<Record<CoordinatorName, Coordinator>> = {
    orchestrated: createOrchestrator(deps),
    choreographed: createChoreography(deps),
  }
  return {
    handler: createHandler(coordinators),
    define: (definition) => {
      assert(!definitions.has(definition.kind), `sagas of kind ${definition.kind} are defined once`)
      assert(definition.steps.length > 0, 'a saga has steps')
      definitions.set(definition.kind, definition)
    },
    start: async (tx, { id = newUuid(), payload = '{}', ...facts }) => {
      const saga = { ...facts, id, payload }
      const { steps } = definitionOf(saga)
      await insertSaga(
        tx,
        saga,
        steps.map(({ name }) => name),
      )
      await coordinators[saga.coordinator].begin(tx, saga)
      return id
    },
    reverse: async (tx, id, reason) => {
      const saga = await findSaga(tx, id)
      assert(saga !== undefined, 'a saga that is reversed was started')
      await coordinators[saga.coordinator].reverse(tx, saga, reason)
    },
    subjectsEnded: async (tx, subjects) => {
      const waiting = await findWaiting(tx, subjects)
      const messages = waiting.map(({ saga, step, state }) =>
        sagaMessage(saga, { do: 'wake', step }, state === 'compensating' ? 'back' : 'forward'),
      )
      if (messages.length > 0) await lanes.enqueue(tx, messages)
    },
    decide: async (tx, id, decision) => {
      const steps = await reviveFailedSteps(tx, id, decision === 'force' ? 'compensated' : 'compensating')
      if (steps.length === 0) return false
      const saga = await findSaga(tx, id)
      assert(saga !== undefined, 'a saga with steps is stored')
      await writeStuck(tx, { saga: id, book: saga.book, change: 'resolved' })
      await coordinators[saga.coordinator].resume(tx, saga, { steps, decision })
      return true
    },
    find: async (on, id) => {
      const saga = await findSaga(on, id)
      return saga && { saga, steps: await readSteps(on, id) }
    },
  }
}

/**
 * One message a transaction: a step locks what it pleases, such as the stock of an item, and the locks
 * of one saga are never held while another one asks for its own.
 */
function createHandler(coordinators: Readonly<Record<CoordinatorName, Coordinator>>): Handler {
  return {
    kind: sagaMessageKind,
    batchMax: 1,
    handle: async (tx, messages) => {
      for (const message of messages) {
        const saga = await findSaga(tx, message.subject)
        assert(saga !== undefined, 'the saga of a message is stored')
        await coordinators[saga.coordinator].handle(
          tx,
          saga,
          JSON.parse(message.payload) as StepOrder,
          message.attempts,
        )
      }
    },
  }
}
