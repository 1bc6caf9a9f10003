import { accepted, assert, encodeId, idPrefix, refusing } from '#kernel'
import { type DeadLetterHooks, type Handler, type Lanes, laneRefusals, type VendorPolicy } from '#lanes'
import { newUuid } from '#platform/ids'
import { createChoreography } from './choreograph.ts'
import { type Coordinator, type SagaOrder, sagaMessage, sagaMessageKind } from './coordinator.ts'
import { createFinishSaga, type SagaCaseWriter } from './finish-saga.ts'
import { createOrchestrator } from './orchestrate.ts'
import type { CoordinatorName, SagaDefinition, SagaFacts, Sagas } from './saga.ts'
import {
  findLateEffects,
  findReopenable,
  findSaga,
  findWaiting,
  insertSaga,
  readSteps,
  reviveFailedSteps,
} from './saga-store.ts'

export type SagasDeps = {
  readonly lanes: Pick<Lanes, 'enqueue' | 'vendorPolicy' | 'wake'>
  readonly writeCase: SagaCaseWriter
  /** For messages that are not retried. */
  readonly deadLetters: DeadLetterHooks
}

const noVendor: VendorPolicy = { number: 0, lane: 'standard' }

export function createSagas({ lanes, writeCase, deadLetters }: SagasDeps): Sagas & { readonly handler: Handler } {
  const definitions = new Map<string, SagaDefinition>()
  const definitionOf = ({ kind }: Pick<SagaFacts, 'kind'>) => {
    const definition = definitions.get(kind)
    assert(definition !== undefined, `sagas of kind ${kind} are defined`)
    return definition
  }
  const joined = { definitionOf, enqueue: lanes.enqueue, finish: createFinishSaga(definitionOf, writeCase) }
  const coordinators: Readonly<Record<CoordinatorName, Coordinator>> = {
    orchestrated: createOrchestrator(joined),
    choreographed: createChoreography(joined),
  }
  return {
    handler: createHandler(coordinators, deadLetters, lanes.wake),
    define: (definition) => {
      assert(!definitions.has(definition.kind), `sagas of kind ${definition.kind} are defined once`)
      assert(definition.steps.length > 0, 'a saga has steps')
      definitions.set(definition.kind, definition)
    },
    start: async (tx, { id = newUuid(), payload = '{}', vendor: code, ...given }) => {
      const policy = code === undefined ? noVendor : await lanes.vendorPolicy(tx, given.book, code)
      if (policy === undefined) return refusing(laneRefusals)('vendor_not_found', 'vendor')
      const saga = { ...given, id, payload, vendor: policy.number, lane: policy.lane }
      const { steps } = definitionOf(saga)
      await insertSaga(
        tx,
        saga,
        steps.map(({ name }) => name),
      )
      await coordinators[saga.coordinator].begin(tx, saga)
      return accepted(id)
    },
    reverse: async (tx, id, reason) => {
      const saga = await findSaga(tx, id)
      assert(saga !== undefined, 'a saga that is reversed was started')
      await coordinators[saga.coordinator].reverse(tx, saga, reason)
    },
    compensateLate: async (tx, { saga: id, step, ended }) => {
      const endedAt = await findReopenable(tx, { saga: id, step })
      const saga = endedAt === undefined ? undefined : await findSaga(tx, id)
      if (saga === undefined || endedAt === undefined) return false
      await lanes.enqueue(tx, [sagaMessage(saga, { do: 'late', step, endedAt, ...(ended && { ended }) }, 'back')])
      return true
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
      await writeCase(tx, { saga: id, book: saga.book, change: 'resolved' })
      await coordinators[saga.coordinator].resume(tx, saga, { steps, decision })
      return true
    },
    resume: async (tx, id) => {
      const found = await findSaga(tx, id)
      if (found === undefined) return
      const coordinator = coordinators[found.coordinator]
      for (const late of await findLateEffects(tx, id)) await coordinator.compensateLate(tx, found, late)
      const saga = (await findSaga(tx, id)) ?? found
      await coordinator.goOn(tx, saga, await readSteps(tx, id))
    },
    find: async (on, id) => {
      const saga = await findSaga(on, id)
      return saga && { saga, steps: await readSteps(on, id) }
    },
  }
}

/** One message per transaction. A step may lock anything, so one saga must hold no locks while another saga waits. */
function createHandler(
  coordinators: Readonly<Record<CoordinatorName, Coordinator>>,
  deadLetters: SagasDeps['deadLetters'],
  wake: () => void,
): Handler {
  return {
    ...deadLetters,
    kind: sagaMessageKind,
    nameSubject: ({ subject }) => encodeId(idPrefix.saga, subject),
    batchMax: () => 1,
    handle: async (tx, messages) => {
      for (const message of messages) {
        const saga = await findSaga(tx, message.subject)
        assert(saga !== undefined, 'the saga of a message is stored')
        const order = JSON.parse(message.payload) as SagaOrder
        const coordinator = coordinators[saga.coordinator]
        if (order.do === 'late') await coordinator.compensateLate(tx, saga, order)
        else await coordinator.handle(tx, saga, order, message.attempts)
      }
      return async () => wake()
    },
  }
}
