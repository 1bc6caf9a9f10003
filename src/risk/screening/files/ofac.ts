import { countryCode } from '../countries.ts'
import type { Craft, EntityKind, Identifier, ListedAddress, ListedEntity, ListedName } from '../entity.ts'
import { type ListFile, ListFileError, textOf } from './list-file.ts'
import { readRemarks } from './ofac-remarks.ts'
import { type CsvRow, readCsv } from './read-csv.ts'

/** The files of OFAC's list as they are published: the entries, their other names, their addresses. */
export type OfacFiles = { readonly sdn: ListFile; readonly alt: ListFile; readonly add: ListFile }

const kinds: Readonly<Record<string, EntityKind>> = {
  '': 'organization',
  individual: 'person',
  vessel: 'vessel',
  aircraft: 'aircraft',
}

type Attached = { readonly names: ListedName[]; readonly addresses: ListedAddress[] }

export function readOfac({ sdn, alt, add }: OfacFiles): ListedEntity[] {
  const rows = rowsOf(sdn, 12)
  const attached = new Map<string, Attached>()
  for (const row of rows) {
    const number = numberOf(sdn, row)
    if (attached.has(number)) fail(sdn, row, `entry ${number} is there a second time`)
    attached.set(number, { names: [], addresses: [] })
  }
  for (const row of rowsOf(alt, 5)) entryOf(attached, alt, row).names.push(otherName(alt, row))
  for (const row of rowsOf(add, 6)) {
    const entry = entryOf(attached, add, row)
    const address = addressOf(row)
    if (address !== undefined) entry.addresses.push(address)
  }
  return rows.map((row) => entityOf(sdn, row, entryOf(attached, sdn, row)))
}

/** `-0-` is OFAC's sign for an empty field. */
function rowsOf(file: ListFile, fields: number): CsvRow[] {
  const rows = readCsv({ file: file.name, text: textOf(file), fields })
  if (rows.length === 0) throw new ListFileError({ file: file.name, line: 1, problem: 'has no row' })
  return rows.map((row) => ({ ...row, fields: row.fields.map((field) => (field === '-0-' ? '' : field.trim())) }))
}

function fail(file: ListFile, row: CsvRow, problem: string): never {
  throw new ListFileError({ file: file.name, line: row.line, problem })
}

function numberOf(file: ListFile, row: CsvRow): string {
  const number = row.fields[0] ?? ''
  return /^\d{1,9}$/.test(number) ? number : fail(file, row, `${JSON.stringify(number)} is no number of an entry`)
}

function entryOf(entries: ReadonlyMap<string, Attached>, file: ListFile, row: CsvRow): Attached {
  const number = numberOf(file, row)
  return entries.get(number) ?? fail(file, row, `entry ${number} is not in the list`)
}

function otherName(file: ListFile, row: CsvRow): ListedName {
  const [, , type = '', text = ''] = row.fields
  if (text === '') fail(file, row, 'the name is empty')
  if (!['aka', 'fka', 'nka'].includes(type)) fail(file, row, `${JSON.stringify(type)} is no kind of name`)
  return { text, quality: 'strong', ...(type === 'fka' && { note: 'former' as const }) }
}

function addressOf({ fields: [, , street = '', city = '', country = ''] }: CsvRow): ListedAddress | undefined {
  const text = [street, city, country].filter((part) => part !== '').join(', ')
  if (text === '') return undefined
  const code = countryCode(country)
  return { text, ...(code !== undefined && { country: code }) }
}

function entityOf(file: ListFile, row: CsvRow, { names, addresses }: Attached): ListedEntity {
  const [number = '', text = '', type = '', programs = '', title = '', ...rest] = row.fields
  const remarks = rest.at(-1) ?? ''
  const kind = kinds[type] ?? fail(file, row, `${JSON.stringify(type)} is no kind of entry`)
  if (text === '') fail(file, row, 'the name is empty')
  const said = readRemarks(remarks)
  const craft = craftOf(rest)
  const flag = craft?.flag === undefined ? undefined : countryCode(craft.flag)
  const callSign: Identifier[] = craft?.callSign === undefined ? [] : [{ kind: 'Call sign', value: craft.callSign }]
  const countries = [...said.countries, ...addresses.flatMap(({ country }) => country ?? []), ...(flag ? [flag] : [])]
  return {
    id: `ofac:${number}`,
    list: 'ofac',
    kind,
    names: [{ text, quality: 'primary' }, ...names, ...said.names],
    identifiers: [...callSign, ...said.identifiers],
    births: said.births,
    countries: [...new Set(countries)].sort(),
    addresses,
    programs: programs.split(/\] \[/).filter((program) => program !== ''),
    ...(craft !== undefined && { craft }),
    ...(title !== '' && { title }),
    ...(remarks !== '' && { remarks }),
  }
}

function craftOf([callSign, type, tonnage, grossTonnage, flag, owner]: readonly string[]): Craft | undefined {
  const fields = Object.entries({ callSign, type, tonnage, grossTonnage, flag, owner })
  const said = fields.filter(([, value]) => value !== undefined && value !== '')
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Craft)
}
