import type { Uuid } from '#kernel'
import { Fault } from '../../faults/index.ts'
import type { Database } from '../database.ts'
import { createConfirmations } from './confirmations.ts'

export class LostUnits extends Fault {
  override readonly name = 'LostUnits'
  readonly units: number

  constructor({ lost, known }: { readonly lost: number; readonly known: number }) {
    super({
      code: 'units_lost',
      message: `${lost} of the last ${known} transactions that were confirmed (of payments, of lanes, of requests such as revocations, or of reports of rails) are not on the server that the database's address leads to now. It lacks what the one before had committed: a standby that was behind was promoted, or a backup restored. Compare with the answers that clients and rails have received since.`,
      retryable: false,
    })
    this.units = lost
  }
}

/** Reports to `onFault` which of this process's latest committed units a server of another epoch lacks. */
export function createConfirmedUnits(database: Database, onFault: (fault: Error) => void) {
  const confirmations = createConfirmations<Uuid>(database, {
    findLost,
    onLost: (lost, known) => onFault(new LostUnits({ lost: lost.length, known })),
  })
  const takeBack = database.onCommitted(confirmations.note)
  return {
    stop: async () => {
      takeBack()
      await confirmations.stop()
    },
  }
}

async function findLost(database: Database, ids: readonly Uuid[]): Promise<Uuid[]> {
  const rows = await database.query<{ id: string }>({
    text: `select id from unnest($1::uuid[]) as confirmed (id)
      where not exists (select from platform.units u where u.id = confirmed.id)`,
    values: [ids],
  })
  return rows.map(({ id }) => id)
}
