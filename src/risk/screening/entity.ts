/** What a list is about. Lists call everything an entity that is neither a person nor a means of transport. */
export type EntityKind = 'person' | 'organization' | 'vessel' | 'aircraft'

export type ListedName = {
  readonly text: string
  /** `weak`: the list itself says that the name alone proves little. */
  readonly quality: 'primary' | 'strong' | 'weak'
  readonly note?: 'former' | 'original_script'
}

export type Identifier = {
  /** What the list calls it, such as Passport or IMO. */
  readonly kind: string
  readonly value: string
  /** ISO 3166, where the list names a country that is known. */
  readonly country?: string
}

/** Days as YYYY-MM-DD, both included. A year alone is its first to its last day. */
export type DateRange = { readonly from: string; readonly to: string; readonly about?: true }

export type ListedAddress = { readonly text: string; readonly country?: string }

export type Craft = {
  readonly callSign?: string
  readonly type?: string
  readonly tonnage?: string
  readonly grossTonnage?: string
  readonly flag?: string
  readonly owner?: string
}

/** An entry of a list as it was published. JSON, so that a decision can be stored with what it saw. */
export type ListedEntity = {
  /** Of the list and its own number: `ofac:36`, `un:6907993`. */
  readonly id: string
  readonly list: string
  readonly kind: EntityKind
  readonly names: readonly ListedName[]
  readonly identifiers: readonly Identifier[]
  readonly births: readonly DateRange[]
  /** ISO 3166 codes of nationality, citizenship, birth, addresses and flags, sorted. */
  readonly countries: readonly string[]
  readonly addresses: readonly ListedAddress[]
  readonly programs: readonly string[]
  readonly craft?: Craft
  readonly title?: string
  readonly remarks?: string
  readonly listedOn?: string
}

/** The form in which identifiers are equal: letters and digits only. */
export function identifierKey(value: string): string {
  return value
    .slice(0, identifierLengthMax)
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

const identifierLengthMax = 200
/** Shorter ones are equal by chance. Call signs of ships have four signs; elsewhere four are too few. */
export const identifierKeyMin = 4

export function isTelling(key: string, kind: EntityKind | undefined): boolean {
  return (
    key.length > identifierKeyMin || (key.length === identifierKeyMin && (kind === 'vessel' || kind === 'aircraft'))
  )
}
