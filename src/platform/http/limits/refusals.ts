import type { Exchange } from '../exchange.ts'
import { createFairQueue } from './fair-queue.ts'

const perRoundMax = 8

/**
 * Answers requests that fail before they wait for a place, such as malformed ones: a few in each round of the event loop, in
 * turn for each sender, so that a flood of them leaves time for all others.
 */
export function createRefusals<Refused extends Pick<Exchange, 'sender'>>(
  fail: (exchange: Refused, error: unknown) => void,
): (exchange: Refused, error: unknown) => void {
  const enter = createFairQueue(perRoundMax)
  return (exchange, error) => {
    const answer = () => fail(exchange, error)
    const begin = (done: () => void) => {
      setImmediate(() => {
        answer()
        done()
      })
    }
    enter(exchange.sender, { begin, isOver: () => false, leave: answer })
  }
}
