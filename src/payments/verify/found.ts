/** `checked`: rows read. `total`: rows that are wrong. `texts`: the first of those, for operators. */
export type Found = { readonly checked: number; readonly total: number; readonly texts: readonly string[] }

export function joinFound(parts: readonly Found[], limit: number): Found {
  return {
    checked: parts.reduce((sum, { checked }) => sum + checked, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
    texts: parts.flatMap(({ texts }) => texts).slice(0, limit),
  }
}
