import { countryCode } from '../countries.ts'
import { readBirth } from '../dates.ts'
import type { DateRange, Identifier, ListedName } from '../entity.ts'

/** What the remarks of an entry say in set phrases. The rest of them stays text. */
export type Remarks = {
  readonly births: DateRange[]
  readonly countries: string[]
  readonly identifiers: Identifier[]
  readonly names: ListedName[]
}

const statement = /(?:^|; )(?:alt\. )?((?:[^;']|'(?:[^';]|;(?! ))*'|')+)/g
const name = /^([anf])\.k\.a\. '(.+?)'?$/
const country = /^(?:nationality|citizen|(?:Former )?Vessel Flag|Aircraft Operator Country) (.+)$/
/** A phrase that names a document, then its number, which has a digit, then perhaps a country and dates. */
const labels = [
  'Passport|Diplomatic Passport|SSN|MMSI|IMO|NIT|RUC|RIF|RFC|CURP|SWIFT/BIC|BIK \\(RU\\)|Digital Currency Address - \\w+',
  'R\\.F\\.C\\.|C\\.U\\.R\\.P\\.|C\\.U\\.I\\.T\\.|C\\.U\\.I\\.P\\.|C\\.U\\.I\\.|D\\.N\\.I\\.|I\\.F\\.E\\.|N\\.I\\.E\\.|Credencial electoral|Numero de Identidad',
  "(?!Phone|Telephone|Fax)[A-Z][\\w.\\-/&' ]{0,60}?(?:\\bNo\\.?|\\bNumber(?: \\(MSN\\)| IMO)?|\\bIMO|\\bID(?! (?:No|Card|Number))|\\bID Card(?! No)|#|\\bTail Number|\\bTransponder Code)",
].join('|')
const document = new RegExp(
  `^(${labels}) ?#? ?((?=[^ ]*(?: [^ ]+)?\\d)[^()]+?)(?: \\(([^)]+)\\))?(?: (?:issued|expires) .*)?$`,
)

export function readRemarks(remarks: string): Remarks {
  const found: Remarks = { births: [], countries: [], identifiers: [], names: [] }
  if (remarks === '') return found
  for (const [, raw = ''] of remarks.replace(/\.$/, '').matchAll(statement)) readStatement(raw.trim(), found)
  return found
}

function readStatement(text: string, { births, countries, identifiers, names }: Remarks): void {
  if (text.startsWith('DOB ')) {
    const birth = readBirth(text.slice(4))
    if (birth !== undefined) births.push(birth)
    return
  }
  const [, known, called] = name.exec(text) ?? []
  if (called !== undefined) {
    names.push({ text: called, quality: 'weak', ...(known === 'f' && { note: 'former' as const }) })
    return
  }
  const place = country.exec(text)?.[1] ?? (text.startsWith('POB ') ? text.slice(4) : undefined)
  if (place !== undefined) {
    const code = countryAtEnd(place)
    if (code !== undefined) countries.push(code)
    return
  }
  const [, kind, value, issuer] = document.exec(text) ?? []
  if (kind === undefined || value === undefined) return
  const code = issuer === undefined ? undefined : countryCode(issuer)
  identifiers.push({ kind: kind.trim(), value: value.trim(), ...(code !== undefined && { country: code }) })
}

/** `Pyongyang, Korea, North` and `Bogota, Colombia`. */
function countryAtEnd(place: string): string | undefined {
  const parts = place.split(', ')
  return countryCode(parts.slice(-2).join(', ')) ?? countryCode(parts.at(-1) ?? '')
}
