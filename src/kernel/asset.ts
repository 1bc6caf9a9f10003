import { iso4217 } from './iso-4217.ts'

/** `scale` is the number of decimals between the major and the minor unit. */
export type Asset = {
  readonly code: string
  readonly scale: number
  readonly name: string
}

/** The currencies of ISO 4217 by code. Every book has them from the start. */
export const isoAssets: ReadonlyMap<string, Asset> = new Map(
  iso4217.map(([code, , scale, name]) => [code, { code, scale, name }]),
)

export function isoAsset(code: string): Asset | undefined {
  return isoAssets.get(code)
}

/** Matches `USD`, `XAU-MG`, `POINTS`. */
export const assetCodePattern = '^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$'
