import { countryCode } from '../countries.ts'
import { readDate } from '../dates.ts'
import type { DateRange, Identifier, ListedAddress, ListedEntity, ListedName } from '../entity.ts'
import { type ListFile, ListFileError, textOf } from './list-file.ts'
import { readXml, type XmlElement } from './read-xml.ts'

export type UnList = { readonly entities: readonly ListedEntity[]; readonly publishedAt: string }

/** The United Nations Security Council's consolidated list as it is published in XML. */
export function readUn(file: ListFile): UnList {
  const root = readXml({ file: file.name, text: textOf(file) })
  const fail: Fail = (element, problem) => {
    throw new ListFileError({ file: file.name, line: element.line, problem })
  }
  if (root.name !== 'CONSOLIDATED_LIST') fail(root, `the root is <${root.name}> instead of <CONSOLIDATED_LIST>`)
  const entities: ListedEntity[] = []
  const ids = new Set<string>()
  for (const group of root.children) {
    const form = forms.find(({ element }) => element === group.name) ?? fail(group, `<${group.name}> is not known`)
    for (const entry of group.children) {
      if (entry.name !== form.entry) fail(entry, `<${entry.name}> stands where <${form.entry}> is expected`)
      const entity = entityOf(entry, form, fail)
      if (ids.has(entity.id)) fail(entry, `entry ${entity.id} is there a second time`)
      ids.add(entity.id)
      entities.push(entity)
    }
  }
  if (entities.length === 0) fail(root, 'there is no entry')
  return { entities, publishedAt: root.attributes.get('dateGenerated') ?? '' }
}

type Fail = (element: XmlElement, problem: string) => never

type Form = { readonly element: string; readonly entry: string; readonly kind: 'person' | 'organization' }

const forms: readonly Form[] = [
  { element: 'INDIVIDUALS', entry: 'INDIVIDUAL', kind: 'person' },
  { element: 'ENTITIES', entry: 'ENTITY', kind: 'organization' },
]

function childText(element: XmlElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? ''
}

function all(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

function valuesOf(element: XmlElement, name: string): string[] {
  return all(element, name).flatMap((list) =>
    all(list, 'VALUE')
      .map(({ text }) => text)
      .filter((text) => text !== ''),
  )
}

function entityOf(entry: XmlElement, { entry: prefix, kind }: Form, fail: Fail): ListedEntity {
  const number = childText(entry, 'DATAID')
  if (!/^\d{1,12}$/.test(number)) fail(entry, `<DATAID> is ${JSON.stringify(number)} and no number`)
  const names = namesOf(entry, prefix)
  if (names[0]?.quality !== 'primary') fail(entry, `entry ${number} has no name`)
  const addresses = all(entry, `${prefix}_ADDRESS`).flatMap((address) => addressOf(address) ?? [])
  const births = all(entry, `${prefix}_DATE_OF_BIRTH`).flatMap((birth) => birthOf(birth, fail) ?? [])
  const places = [...all(entry, `${prefix}_PLACE_OF_BIRTH`).map((place) => childText(place, 'COUNTRY'))]
  const countries = [...places, ...valuesOf(entry, 'NATIONALITY')].flatMap((name) => countryCode(name) ?? [])
  const title = [...valuesOf(entry, 'TITLE'), ...valuesOf(entry, 'DESIGNATION')].join('; ')
  const remarks = childText(entry, 'COMMENTS1')
  const listedOn = childText(entry, 'LISTED_ON')
  return {
    id: `un:${number}`,
    list: 'un',
    kind,
    names,
    identifiers: [
      { kind: 'UN reference', value: childText(entry, 'REFERENCE_NUMBER') },
      ...all(entry, `${prefix}_DOCUMENT`).flatMap((document) => documentOf(document) ?? []),
    ],
    births,
    countries: [...new Set([...countries, ...addresses.flatMap(({ country }) => country ?? [])])].sort(),
    addresses,
    programs: [childText(entry, 'UN_LIST_TYPE')].filter((program) => program !== ''),
    ...(title !== '' && { title }),
    ...(remarks !== '' && { remarks }),
    ...(listedOn !== '' && { listedOn }),
  }
}

function namesOf(entry: XmlElement, prefix: string): ListedName[] {
  const parts = ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'].map((part) => childText(entry, part))
  const whole = parts.filter((part) => part !== '').join(' ')
  const names: ListedName[] = whole === '' ? [] : [{ text: whole, quality: 'primary' }]
  // Entries for several names of one body separate them in one field.
  if (prefix === 'ENTITY' && whole.includes(';')) {
    for (const text of whole.split(';')) names.push({ text: text.trim(), quality: 'strong' })
  }
  for (const alias of all(entry, `${prefix}_ALIAS`)) {
    const text = childText(alias, 'ALIAS_NAME')
    const quality = childText(alias, 'QUALITY').toLowerCase()
    const former = quality === 'f.k.a.' && { note: 'former' as const }
    if (text !== '') names.push({ text, quality: quality === 'low' ? 'weak' : 'strong', ...former })
  }
  const original = childText(entry, 'NAME_ORIGINAL_SCRIPT')
  if (original !== '') names.push({ text: original, quality: 'strong', note: 'original_script' })
  return names.filter(({ text }) => text !== '')
}

function addressOf(element: XmlElement): ListedAddress | undefined {
  const parts = ['STREET', 'CITY', 'STATE_PROVINCE', 'ZIP_CODE', 'COUNTRY'].map((part) => childText(element, part))
  const text = parts.filter((part) => part !== '').join(', ')
  if (text === '') return undefined
  const code = countryCode(parts.at(-1) ?? '')
  return { text, ...(code !== undefined && { country: code }) }
}

function birthOf(element: XmlElement, fail: Fail): DateRange | undefined {
  const about = childText(element, 'TYPE_OF_DATE') === 'APPROXIMATELY' && { about: true as const }
  const years = [childText(element, 'FROM_YEAR'), childText(element, 'TO_YEAR')]
  const single = childText(element, 'DATE') || childText(element, 'YEAR')
  const [first, last] = single === '' ? years : [single, single]
  if (!first || !last) return undefined
  // A date may have a time of day, or an offset, which say nothing.
  const from = readDate(first.slice(0, 10)) ?? fail(element, `${JSON.stringify(first)} is no date`)
  const to = readDate(last.slice(0, 10)) ?? fail(element, `${JSON.stringify(last)} is no date`)
  return { from: from.from, to: to.to, ...about }
}

function documentOf(element: XmlElement): Identifier | undefined {
  const value = childText(element, 'NUMBER')
  if (value === '') return undefined
  const kind = childText(element, 'TYPE_OF_DOCUMENT') || childText(element, 'TYPE_OF_DOCUMENT2') || 'Document'
  const code = countryCode(childText(element, 'ISSUING_COUNTRY') || childText(element, 'COUNTRY_OF_ISSUE'))
  return { kind, value, ...(code !== undefined && { country: code }) }
}
