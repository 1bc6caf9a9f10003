import type { CallTerms } from '../../payment.ts'

export function termsJson(terms: CallTerms | undefined): string | null {
  for (const _ in terms) return JSON.stringify(terms)
  return null
}

export function toTerms(json: string | null | undefined): { readonly terms?: CallTerms } {
  return json == null ? {} : { terms: JSON.parse(json) as CallTerms }
}
