import type { Transaction } from '#platform/postgres'
import { lockHealth, writeHealth } from './health-store.ts'

export async function pauseRail(
  tx: Transaction,
  { rail, paused }: { readonly rail: string; readonly paused: boolean },
): Promise<boolean> {
  const [known] = await lockHealth(tx, [rail])
  if (known === undefined || known.row.paused === paused) return false
  await writeHealth(tx, [{ rail, row: { ...known.row, paused, since: known.now } }])
  return true
}
