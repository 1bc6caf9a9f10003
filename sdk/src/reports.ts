import { decodeTrialBalanceRow } from './decode.ts'
import { MunimConnectionError } from './errors.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { TrialBalanceRow, TrialBalanceTotal } from './types.ts'
import type {
  WireTrialBalance,
  WireVerificationCheck,
  WireVerificationProgress,
  WireVerificationResult,
} from './wire.ts'

export type TrialBalanceParams = PageParams & { readonly asset?: string }

/** Every account's balance as debit or credit, and the totals of both sides by asset. */
export type TrialBalance = Pages<TrialBalanceRow> & {
  readonly totals: () => Promise<{ readonly as_of: string; readonly totals: readonly TrialBalanceTotal[] }>
}

export function createTrialBalance(transport: Transport) {
  return (params: TrialBalanceParams = {}, options?: CallOptions): TrialBalance => {
    const load = (page: PageParams, call: CallOptions | undefined) =>
      transport.send<WireTrialBalance>(
        { method: 'GET', path: '/v1/trial-balance', query: toQuery({ ...params, ...page }) },
        call,
      )
    return {
      ...createPages<WireTrialBalance['data'][number], TrialBalanceRow>(load, decodeTrialBalanceRow, params, options),
      totals: async () => {
        const { as_of, totals } = await load({ ...params, limit: 1 }, options)
        return { as_of, totals: totals.map(decodeTrialBalanceRow) }
      },
    }
  }
}

/** A check and its result. `findings` are sentences; there are none when `ok`. */
export type VerificationCheck = WireVerificationCheck
export type VerificationResult = WireVerificationResult
export type VerificationProgress = WireVerificationProgress

export type Verification = {
  /** Verifies the whole database; needs an operator key. Resolves with the report even if it has findings. */
  readonly run: (
    params?: { readonly onProgress?: (progress: VerificationProgress) => void },
    options?: CallOptions,
  ) => Promise<VerificationResult>
}

export function createVerification(transport: Transport): Verification {
  return {
    run: async (params, options) => {
      const path = '/v1/verification'
      for await (const line of transport.lines({ method: 'GET', path }, options)) {
        const { result, ...progress } = line as VerificationProgress & { result?: VerificationResult }
        if (result) return result
        params?.onProgress?.(progress)
      }
      throw new MunimConnectionError(path, 1, new Error('the answer ended before its result'))
    },
  }
}
