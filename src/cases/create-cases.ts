import { assert, Defect, type Result, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { actOnCase, type CaseRequest } from './act-on-case.ts'
import { type CaseHandler, type CaseQueue, unknownQueue } from './queue.ts'
import type { CaseRefusalCode } from './refusals.ts'

export type Cases = {
  readonly register: (queue: CaseQueue, handler: CaseHandler) => void
  readonly queues: () => readonly CaseQueue[]
  /** A queue that only a newer process knows allows no action on its subjects. */
  readonly queue: (name: string) => CaseQueue
  /** Carries out an operator's action in the caller's transaction. Refuses like `actOnCase`. */
  readonly act: (tx: Transaction, request: CaseRequest) => Promise<Result<Uuid, CaseRefusalCode>>
}

const noHandler: CaseHandler = {
  carryOut: async () => {
    throw new Defect('an unknown queue allows no action on its subjects')
  },
}

export function createCases(): Cases {
  const registered = new Map<string, { readonly queue: CaseQueue; readonly handler: CaseHandler }>()
  const find = (name: string) => registered.get(name) ?? { queue: unknownQueue(name), handler: noHandler }
  return {
    register: (queue, handler) => {
      assert(!registered.has(queue.name), `the queue ${queue.name} is registered already`)
      registered.set(queue.name, { queue, handler })
    },
    queues: () => [...registered.values()].map(({ queue }) => queue),
    queue: (name) => find(name).queue,
    act: (tx, request) => actOnCase({ find }, tx, request),
  }
}
