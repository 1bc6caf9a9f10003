import type { World } from '../world.ts'
import { fieldsOfTransaction } from './transaction.ts'

/** Lists all that has ended. A day without records has no statement. */
export function closeNetbankDay(world: World, date: string): void {
  const { unlisted, close } = world.netbankDays
  const ended = [...unlisted].filter(({ status }) => status !== 'pending')
  if (ended.length === 0) return
  for (const operation of ended) unlisted.delete(operation)
  const records = ended.map((operation) => `D|${fieldsOfTransaction(world, operation).join('|')}`)
  const sum = ended.reduce((total, { amount }) => total + amount, 0n)
  const lines = [`H|${date}|${records.length}`, ...records, `T|${records.length}|${sum}`]
  close({ date, lines: records.length + 1, closedAt: world.clock.now(), text: `${lines.join('\n')}\n` })
}

/** After a restart. An operation that the last statement has already may be listed again, as the same event. */
export function resumeNetbankDay({ log, netbankDays }: Pick<World, 'log' | 'netbankDays'>): void {
  const closedAt = netbankDays.all().at(-1)?.closedAt ?? 0
  for (const operation of log.all()) {
    const { rail, completedAt = 0, key, wasAccepted } = operation
    if (rail !== 'netbank' || !(wasAccepted || key === undefined)) continue
    if (operation.status === 'pending' || completedAt >= closedAt) netbankDays.unlisted.add(operation)
  }
}
