import type { Api } from './api.ts'
import { MunimConnectionError } from './errors.ts'
import { type Pages, withoutPage } from './pages.ts'
import type { GetTrialBalance, TrialBalanceRow, VerificationProgress, VerificationResult } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'
import type { TrialBalanceSummary } from './types.ts'

export type TrialBalanceParams = GetTrialBalance

/** Every account's balance as debit or credit, and the totals of both sides by asset. */
export type TrialBalance = Pages<TrialBalanceRow> & { readonly totals: () => Promise<TrialBalanceSummary> }

export function createTrialBalance({ call, list }: Api) {
  return (query: TrialBalanceParams = {}, options?: CallOptions): TrialBalance => ({
    ...list('get_trial_balance', { query }, options),
    totals: async () => withoutPage(await call('get_trial_balance', { query: { ...query, limit: 1 } }, options)),
  })
}

export type Verification = {
  /** Verifies the whole database; needs an operator key. Resolves with the report even if it has findings. */
  readonly run: (
    params?: { readonly onProgress?: (progress: VerificationProgress) => void },
    options?: CallOptions,
  ) => Promise<VerificationResult>
}

export function createVerification({ lines }: Api): Verification {
  return {
    run: async (params, options) => {
      for await (const line of lines('verify', {}, options)) {
        if ('result' in line) return line.result
        params?.onProgress?.(line)
      }
      throw new MunimConnectionError('/v1/verification', 1, new Error('the answer ended before its result'))
    },
  }
}
