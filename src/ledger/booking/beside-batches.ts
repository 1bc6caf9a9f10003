import type { UnitLine } from '#platform/postgres'
import { ActiveSenders } from '../requests/active-senders.ts'
import type { Waiting, WaitingRequests } from '../requests/waiting-requests.ts'
import { type ApartDependencies, createApartLine } from './apart-line.ts'

/** Books large requests beside the batches, so that they delay only requests on their accounts. */
export type BesideBatches = {
  /** False when the request belongs in a batch. */
  readonly takes: (request: Waiting) => boolean
  readonly drain: () => Promise<void>
  readonly close: () => Promise<void>
}

/** While other senders are active, larger requests that only create transfers are booked beside the batches. */
const bulkFrom = 256

type BesideDependencies = Omit<ApartDependencies, 'line'> & {
  readonly waiting: WaitingRequests
  readonly lineOf: (purpose: string) => UnitLine
  /** Requests of more commands are always booked beside the batches. */
  readonly largeFrom: number
}

/**
 * Bulks are faster in the batches, and stay there while their sender is alone. They do not wait for the large requests,
 * so each kind has a connection of its own.
 */
export function createBesideBatches({ lineOf, largeFrom, ...deps }: BesideDependencies): BesideBatches {
  const lines = [lineOf('writer beside'), lineOf('writer of bulks')] as const
  const [large, bulks] = [createApartLine({ ...deps, line: lines[0] }), createApartLine({ ...deps, line: lines[1] })]
  const active = new ActiveSenders()
  const isBulk = ({ group: { commands }, sender }: Waiting) =>
    commands.length > bulkFrom && active.hasOther(sender) && commands.every(({ kind }) => kind === 'create')
  return {
    takes: (request) => {
      active.note(request.sender)
      const isLarge = request.group.commands.length > largeFrom
      if (!isLarge && !isBulk(request)) return false
      deps.waiting.setApart(request)
      ;(isLarge ? large : bulks).add([request])
      return true
    },
    drain: async () => {
      await Promise.all([large.drain(), bulks.drain()])
    },
    close: async () => {
      await Promise.all(lines.map((line) => line.close()))
    },
  }
}
