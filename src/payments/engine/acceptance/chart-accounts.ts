import { assert, BoundedCache } from '#kernel'
import type { Ledger } from '#ledger'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { chartAccountLimits } from '../../chart-of-accounts.ts'

export type ChartAccount = { readonly book: number; readonly code: string; readonly asset: string }

export type ChartAccounts = {
  /** For one transaction. Accounts that it opens are cached once `keep` is called. */
  readonly within: () => {
    readonly open: (tx: Transaction, accounts: readonly ChartAccount[]) => Promise<void>
    readonly keep: () => void
  }
  readonly forget: () => void
}

const rememberedMax = 10_000

export function createChartAccounts(ledger: Pick<Ledger, 'createAccounts'>): ChartAccounts {
  const nothing = () => new BoundedCache<string, true>(rememberedMax)
  let remembered = nothing()
  return {
    forget: () => {
      remembered = nothing()
    },
    within: () => {
      // The cache of this moment: `forget` may replace it before the commit is reported.
      const known = remembered
      const opened = new Set<string>()
      return {
        open: async (tx, accounts) => {
          const missing = new Map<string, ChartAccount>()
          for (const account of accounts) {
            const name = nameOf(account)
            if (known.get(name) === undefined && !opened.has(name)) missing.set(name, account)
          }
          if (missing.size === 0) return
          await openAll(
            ledger,
            tx,
            [...missing].sort(byName).map(([, account]) => account),
          )
          for (const name of missing.keys()) opened.add(name)
        },
        keep: () => {
          for (const name of opened) known.set(name, true)
        },
      }
    },
  }
}

function nameOf({ book, code }: ChartAccount): string {
  return `${book} ${code}`
}

/** In one order, so that two transactions that open the same accounts never deadlock. */
function byName([one]: [string, ChartAccount], [other]: [string, ChartAccount]): number {
  return one < other ? -1 : 1
}

async function openAll(
  ledger: Pick<Ledger, 'createAccounts'>,
  tx: Transaction,
  accounts: readonly ChartAccount[],
): Promise<void> {
  const outcomes = await ledger.createAccounts(
    tx,
    accounts.map(({ book, code, asset }) => ({
      ...{ book, id: newUuid(), idGiven: false, code, asset },
      ...{ ...chartAccountLimits, metadata: {} },
    })),
    { byProgram: true },
  )
  for (const outcome of outcomes) {
    // The booking of the transfer refuses a missing asset again, with a better text.
    const exists = outcome.ok || ['account_code_taken', 'asset_not_found'].includes(outcome.refusal.code)
    assert(exists, 'an account of the chart could not be opened')
  }
}
