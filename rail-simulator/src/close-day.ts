import { closeNetbankDay } from './netbank/close-netbank-day.ts'
import { disputeAll, endAsPlanned, neverEnds, returnAll, succeedAfterAll } from './operations/ending.ts'
import type { Operation } from './operations/operation.ts'
import { lineOf } from './operations/render.ts'
import type { StatementLine } from './statements.ts'
import type { World } from './world.ts'

/** Settles or returns the accepted operations, and reports them in the day's statement. */
export function closeDay(world: World): { readonly date: string; readonly lines: number } {
  const date = world.statements.today()
  const lines: StatementLine[] = []
  for (const operation of [...world.forStatement]) {
    world.forStatement.delete(operation)
    const line = operation.status === 'pending' ? endOne(world, operation) : followUp(world, operation)
    if (line !== undefined) lines.push(line)
  }
  world.statements.close(lines, world.clock.now())
  closeNetbankDay(world, date)
  world.journal.flush()
  return { date, lines: lines.length }
}

function endOne(world: World, operation: Operation): StatementLine | undefined {
  const { plan } = operation
  if (neverEnds(plan)) return undefined
  void endAsPlanned(world, operation)
  return plan?.name === 'no_callback' ? undefined : newLine(world, operation)
}

/** The consequence on the day after an operation's end. */
function followUp(world: World, operation: Operation): StatementLine | undefined {
  const { next } = operation
  world.log.change(operation, { next: undefined })
  if (next === 'repeat') return operation.events === 0 ? newLine(world, operation) : lineOf(world, operation)
  if (next === 'dispute' || next === 'return') {
    const taken = next === 'dispute' ? disputeAll(world, operation) : returnAll(world, operation)
    if (taken === undefined) return undefined
    world.forStatement.delete(taken)
    return followUp(world, taken)
  }
  succeedAfterAll(world, operation)
  return newLine(world, operation)
}

function newLine(world: World, operation: Operation): StatementLine {
  world.log.change(operation, { events: operation.events + 1 })
  return lineOf(world, operation)
}
