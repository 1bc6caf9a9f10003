/** The result of a check: how many rows it read, how many are wrong, and the first of those in words. */
export type Found = { readonly checked: number; readonly total: number; readonly texts: readonly string[] }

/** Joins the results of several parts of a check, with at most `limit` texts. */
export function joinFound(parts: readonly Found[], limit: number): Found {
  return {
    checked: parts.reduce((sum, { checked }) => sum + checked, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
    texts: parts.flatMap(({ texts }) => texts).slice(0, limit),
  }
}
