import { type Munim, parseAmount } from '@munim/sdk'
import { CliFailure } from './failure.ts'

/** Requests each asset from the server once. */
export type Scales = { readonly of: (asset: string) => Promise<number> }

export function createScales(munim: Munim): Scales {
  const known = new Map<string, Promise<number>>()
  return {
    of: (asset) => {
      const scale = known.get(asset) ?? munim.assets.get(asset).then((found) => found.scale)
      known.set(asset, scale)
      return scale
    },
  }
}

export function readDecimal(
  { option, text }: { readonly option: string; readonly text: string },
  scale: number,
): bigint {
  const amount = parseAmount(text, scale)
  if (!amount.ok) throw new CliFailure(`${option}: ${amount.message}`)
  return amount.minor
}
