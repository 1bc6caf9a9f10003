/** An instrument by its kind, as a client gave it. The holder's name is personal: it is never logged. */
export type RailInstrument =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'mandate'; readonly mandate: string }
  | { readonly kind: 'vpa'; readonly vpa: string; readonly name?: string }
  | { readonly kind: 'iban'; readonly iban: string; readonly bic?: string; readonly name?: string }
  | { readonly kind: 'ifsc'; readonly ifsc: string; readonly account: string; readonly name?: string }
  | {
      readonly kind: 'us_account'
      readonly routing: string
      readonly account: string
      readonly type: 'checking' | 'savings'
      readonly name?: string
    }
  | { readonly kind: 'chain_address'; readonly chain: string; readonly address: string; readonly memo?: string }

/** The payer or payee, for rails that require it. All of it is personal. `country`: two letters of ISO 3166. */
export type RailParty = {
  readonly name: string
  readonly country?: string
  readonly street?: string
  readonly city?: string
  readonly region?: string
  readonly postalCode?: string
}
