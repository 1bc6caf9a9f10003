import { expect, test } from 'vitest'
import type { BurstStep } from '#platform/postgres'
import { createTestDatabase, pagesRead, startTestLanes, testKind, testMessages, until, withBursts } from '#testing'

test('an old snapshot, which keeps dead rows from being cleaned, does not slow the lanes down', async () => {
  const shared = await createTestDatabase()
  let handled = 0
  let claim: BurstStep | undefined
  const watched = withBursts(shared.database, (_, steps, send) => {
    claim = steps.find(({ name }) => name === 'lanes-claim') ?? claim
    return send(steps)
  })
  const { enqueue } = await startTestLanes(
    [
      {
        kind: testKind,
        batchMax: () => 40,
        handle: async (_tx, messages) => {
          handled += messages.length
        },
      },
    ],
    { on: { ...shared, database: watched } },
  )
  /** The pages that the latest claim reads, with its floors and without. */
  const pagesOfClaim = async () => {
    const [lane, kind, tenants, floors, ...rest] = claim?.values ?? []
    const read = (from: unknown) =>
      pagesRead(shared.database, { text: claim?.text ?? '', values: [lane, kind, tenants, from, ...rest] })
    return [await read(floors), await read('{0}')] as const
  }
  await shared.database.snapshot(async (tx) => {
    await tx.query({ text: 'select 1' })
    let [withFloors, withoutFloors] = [1, 1]
    for (let round = 1; round <= 100 && withFloors * 3 >= withoutFloors; round += 1) {
      await enqueue(testMessages(1_000))
      await until(() => handled === round * 1_000, 60_000)
      // Floors rise some time after the rows below them were taken.
      if (round >= 20 && round % 5 === 0) [withFloors, withoutFloors] = await pagesOfClaim()
    }
    // Without floors a claim reads every row that was taken since the snapshot.
    expect(withFloors * 3).toBeLessThan(withoutFloors)
  })
})
