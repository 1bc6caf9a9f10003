import { importChanged, type Replacement } from './program-variant.ts'
import { startTestPayments, type TestPayments } from './test-payments.ts'

/** What takes guards out: parts of the sources replaced, and SQL. */
export type Removal = { readonly replacement?: Replacement; readonly sql?: string }

/** What of the program a test makes its parts with. */
export type Program = Awaited<ReturnType<typeof importProgram>>

/** Plays on payments whose parts, and the sagas given beside them, are made from the changed sources. */
export async function withPayments<Value>(
  { replacement, sql }: Removal,
  play: (test: TestPayments, program: Program) => Promise<Value>,
): Promise<Value> {
  const program = await importProgram(replacement)
  const test = await startTestPayments({ program, ...(sql !== undefined && { sql }) })
  try {
    return await play(test, program)
  } finally {
    await test.stop()
  }
}

function importProgram(replacement: Replacement | undefined) {
  return importChanged(replacement, async () => {
    const { createLedger } = await import('#ledger')
    const { createLanes } = await import('#lanes')
    const { createPayments, createSagas } = await import('#payments')
    const { Fault } = await import('#platform/faults')
    const { openDatabase } = await import('#platform/postgres')
    return { createLedger, createLanes, createPayments, createSagas, openDatabase, Fault }
  })
}
