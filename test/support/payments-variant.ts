import { importChanged, type Replacement } from './program-variant.ts'
import { startTestPayments, type TestPayments } from './test-payments.ts'

/** Removes guards: by replacing parts of the sources, or by SQL. */
export type Removal = { readonly replacement?: Replacement; readonly sql?: string }

/** Reads without a lock where the program locks. */
export const unlocked: Replacement = {
  file: 'payments/engine/rows/payment-store.ts',
  replace: ({ readPaymentsStep }) => ({ lockPaymentsStep: readPaymentsStep }),
}

/** Reads without a lock where the program locks, and ignores the row's version when it writes. */
export const unguarded: Removal = {
  replacement: {
    file: 'payments/engine/rows/payment-store.ts',
    replace: ({ readPaymentsStep, updatePaymentsSteps }) => ({
      lockPaymentsStep: readPaymentsStep,
      updatePaymentsSteps: (...given: unknown[]) =>
        updatePaymentsSteps(...given).map((step: { name: string; text: string }) => ({
          ...step,
          name: `${step.name}-unguarded`,
          text: step.text.replace('and p.version = c.version_before', ''),
        })),
    }),
  },
  sql: 'alter table payments.payments drop constraint payments_refunded_at_most_captured',
}

export type Program = Awaited<ReturnType<typeof importProgram>>

export async function withPayments<Value>(
  { replacement, sql }: Removal,
  play: (test: TestPayments, program: Program) => Promise<Value>,
): Promise<Value> {
  const program = await importProgram(replacement)
  const test = await startTestPayments({ program, ...(sql !== undefined && { sql }) })
  try {
    return await play(test, program)
  } finally {
    // Without its guards the program may meet faults in its background work, too.
    const isWhole = replacement === undefined && sql === undefined
    await test.stop().catch((error: unknown) => {
      if (isWhole || !(error instanceof AggregateError)) throw error
    })
  }
}

function importProgram(replacement: Replacement | undefined) {
  return importChanged(replacement, async () => {
    const { createLedger } = await import('#ledger')
    const { createLanes } = await import('#lanes')
    const { createPayments } = await import('#payments')
    const { createSagas } = await import('#sagas')
    const { Fault } = await import('#platform/faults')
    const { openDatabase } = await import('#platform/postgres')
    return { createLedger, createLanes, createPayments, createSagas, openDatabase, Fault }
  })
}
