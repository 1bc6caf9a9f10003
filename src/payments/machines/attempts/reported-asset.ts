import type { Attempt } from '../../payment.ts'

type Report = { readonly asset?: string; readonly outcome: { readonly kind: string } }

/** An amount of another asset is never booked. A return has to name its asset. */
export function isOfAsset({ asset, outcome }: Report, attempt: Pick<Attempt, 'asset'>): boolean {
  return asset === attempt.asset || (asset === undefined && outcome.kind !== 'returned')
}
