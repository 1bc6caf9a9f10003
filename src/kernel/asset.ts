import { iso4217 } from './iso-4217.ts'

/** An asset: its code, and the number of decimals between its major and its minor unit. */
export type Asset = {
  readonly code: string
  readonly scale: number
  readonly name: string
}

/** The currencies of ISO 4217, by code; every book has them from the start. */
export const isoAssets: ReadonlyMap<string, Asset> = new Map(
  iso4217.map(([code, , scale, name]) => [code, { code, scale, name }]),
)

/** The ISO 4217 currency of that code, or `undefined`. */
export function isoAsset(code: string): Asset | undefined {
  return isoAssets.get(code)
}

/** The pattern of an asset code: `USD`, `XAU-MG`, `POINTS`. */
export const assetCodePattern = '^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$'
